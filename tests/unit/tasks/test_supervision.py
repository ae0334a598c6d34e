from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Self
from uuid import UUID, uuid4

import pytest
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.exceptions import ObjectNotFound
from prefect.logging import disable_run_logger
from pydantic import SecretStr

from tasks import supervision
from tasks.runtime.automations import alerts, run_guards
from techmarket.errors import ConfigurationError
from techmarket.settings import Settings

BLOCK_ID = uuid4()
ADDRESS = "https://hooks.example/T0/B0/secret"


class Server:
    def __init__(self) -> None:
        self.automations: dict[str, Any] = {}
        self.updated: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read_block_document_by_name(self, name: str, kind: str) -> Any:
        if (kind, name) not in {("slack-webhook", "data-team"), ("custom-webhook", "techmarket-alerts")}:
            raise ObjectNotFound(http_exc=Exception("404"))
        return SimpleNamespace(id=BLOCK_ID)

    def read_automations_by_name(self, name: str) -> list[Any]:
        return [self.automations[name]] if name in self.automations else []

    def create_automation(self, automation: Any) -> None:
        self.automations[automation.name] = SimpleNamespace(id=uuid4(), enabled=automation.enabled, actions=automation.actions)

    def update_automation(self, _id: UUID, automation: Any) -> None:
        self.updated.append(automation.name)
        self.automations[automation.name] = SimpleNamespace(id=_id, enabled=automation.enabled, actions=automation.actions)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    server = Server()
    monkeypatch.setattr(supervision, "get_client", lambda **_: server)
    with disable_run_logger():
        yield server


def configure(monkeypatch: pytest.MonkeyPatch, **values: Any) -> Settings:
    settings = Settings(_env_file=None, **values)
    monkeypatch.setattr(supervision, "load_settings", lambda: settings)
    return settings


ALERTS = {automation.name for automation in alerts(BLOCK_ID, stale_after=Settings(_env_file=None).stale_after)}


def test_guards_are_there_once_however_often_bootstrap_runs_and_a_paused_one_stays_paused(server: Server) -> None:
    supervision.guard_runs.fn()
    names = [guard.name for guard in run_guards()]
    assert list(server.automations) == names
    server.automations[names[0]].enabled = False
    supervision.guard_runs.fn()
    assert server.updated == names
    assert [server.automations[name].enabled for name in names] == [False, True]


def test_without_an_address_no_alert_is_installed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch)
    supervision.send_alerts.fn()
    assert server.automations == {}


def test_alerts_go_to_the_block_that_is_named(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, alert_block="slack-webhook/data-team")
    supervision.send_alerts.fn()
    assert set(server.automations) == ALERTS
    assert {action.block_document_id for automation in server.automations.values() for action in automation.actions} == {BLOCK_ID}


def test_an_address_becomes_a_block_that_shows_it_nowhere(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    saved: dict[str, CustomWebhookNotificationBlock] = {}
    monkeypatch.setattr(CustomWebhookNotificationBlock, "save", lambda block, name, **_: saved.update({name: block}))
    configure(monkeypatch, alert_webhook_url=SecretStr(ADDRESS))
    supervision.send_alerts.fn()
    (block,) = saved.values()
    assert set(server.automations) == ALERTS
    assert block.secrets.get_secret_value() == {"address": ADDRESS}
    assert "hooks.example" not in repr(block)


def test_a_block_that_is_not_there_is_named_with_what_to_do(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, alert_block="slack-webhook/nobody")
    with pytest.raises(ConfigurationError, match=r"block slack-webhook/nobody, which is not there\. Next: create it"):
        supervision.send_alerts.fn()
    assert server.automations == {}
