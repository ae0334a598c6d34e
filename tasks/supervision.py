"""Dead-run detection and alerts by Prefect's server; safe to repeat."""

from collections.abc import Iterable
from uuid import UUID

from prefect import get_run_logger, task
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import get_client
from prefect.events import AutomationCore
from prefect.exceptions import ObjectNotFound
from pydantic import SecretStr

from tasks.runtime.automations import alerts, run_guards
from tasks.runtime.retries import STEP
from techmarket.errors import ConfigurationError
from techmarket.settings import load_settings

_WEBHOOK_BLOCK = "techmarket-alerts"


@task(task_run_name="install what ends dead runs", **STEP)
def guard_runs() -> None:
    """Let Prefect's server end dead runs."""
    _install(run_guards())


@task(task_run_name="install the alerts", **STEP)
def send_alerts() -> None:
    """Let Prefect's server send alerts, if the settings name a receiver; otherwise alerts installed earlier stay.

    Raises:
        ConfigurationError: the notification block does not exist.
    """
    settings = load_settings()
    block = settings.alert_block
    if not block and settings.alert_webhook_url:
        block = _save_webhook(settings.alert_webhook_url)
    if not block:
        get_run_logger().info("No alerts: neither TECHMARKET_ALERT_WEBHOOK_URL nor TECHMARKET_ALERT_BLOCK is set")
        return
    _install(alerts(_block_id(block), stale_after=settings.stale_after))


def _save_webhook(address: SecretStr) -> str:
    """Save a notification block for an address; returns its name. The address is a secret: anyone who knows it can post."""
    webhook = CustomWebhookNotificationBlock(
        name="TechMarket",
        url="{{address}}",
        json_data={"text": "{{subject}}\n{{body}}"},
        secrets={"address": address.get_secret_value()},
    )
    webhook.save(_WEBHOOK_BLOCK, overwrite=True)
    return f"{webhook.get_block_type_slug()}/{_WEBHOOK_BLOCK}"


def _block_id(block: str) -> UUID:
    kind, _, name = block.partition("/")
    try:
        with get_client(sync_client=True) as client:
            return client.read_block_document_by_name(name, kind).id
    except ObjectNotFound as exc:
        msg = (
            f"TECHMARKET_ALERT_BLOCK names the notification block {block}, which is not there. "
            "Next: create it in Prefect's UI under Blocks, or correct the setting (type/name, such as slack-webhook/data-team)."
        )
        raise ConfigurationError(msg) from exc


def _install(automations: Iterable[AutomationCore]) -> None:
    """Create automations or update them by name; a paused one stays paused."""
    with get_client(sync_client=True) as client:
        for automation in automations:
            existing = client.read_automations_by_name(automation.name)
            if existing:
                client.update_automation(existing[0].id, automation.model_copy(update={"enabled": existing[0].enabled}))
            else:
                client.create_automation(automation)
            get_run_logger().info("Automation %r is there", automation.name)
