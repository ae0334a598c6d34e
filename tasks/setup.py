"""Prepares a new warehouse and a new Prefect server; safe to repeat."""

from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

from prefect import get_run_logger, task
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from prefect.exceptions import ObjectAlreadyExists
from prefect_sqlalchemy import ConnectionComponents, SqlAlchemyConnector
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from tasks.runtime import connections
from tasks.runtime.reader_slot import READERS_LIMIT
from tasks.runtime.retries import STEP
from techmarket.db import addresses
from techmarket.errors import ConfigurationError
from techmarket.model.catalog import CATALOG
from techmarket.settings import load_settings
from techmarket.setup.bootstrap import bootstrap_warehouse

_PARALLEL_READERS = 2


@task(task_run_name="prepare the warehouse", **STEP)
def prepare_warehouse() -> None:
    """Create missing schemas, marts, roles, calendar and watermarks.

    If the settings name no warehouse, connects as its owner with the block's address.
    """
    settings = load_settings()
    is_named = settings.dwh_url is not None
    summary = bootstrap_warehouse(
        addresses.warehouse_admin(settings) if is_named else connections.warehouse(),
        catalog=CATALOG,
        today=datetime.now(ZoneInfo(settings.business_time_zone)).date(),
        etl_password=addresses.etl_password(settings) if is_named else None,
        bi_password=settings.bi_password,
    )
    migrations = ", ".join(summary.migrations_applied) or "none"
    get_run_logger().info(
        "The warehouse is ready: %d tables and %d days are new; migrations: %s", len(summary.tables_added), summary.days_added, migrations
    )


@task(task_run_name="save the connections", **STEP)
def save_connections() -> None:
    """Save the settings' addresses as blocks of deployed runs; a block without a setting does not change."""
    settings = load_settings()
    for block, address in ((connections.OLTP_BLOCK, settings.oltp_url), (connections.DWH_BLOCK, settings.dwh_url)):
        if address:
            _save_connection(block, address)
        get_run_logger().info("Connection block %s: %s", block, "saved" if address else "left as it is, the settings name no address")


def _save_connection(name: str, address: SecretStr) -> None:
    """Save an address part by part: Prefect's UI would show the password of a text.

    Raises:
        ConfigurationError: an option of the address has several values.
    """
    url = make_url(address.get_secret_value())
    repeated = [option for option, value in url.query.items() if not isinstance(value, str)]
    if repeated:
        msg = f"The address for block {name} gives {', '.join(repeated)} more than once, which a block cannot hold. Next: give each once."
        raise ConfigurationError(msg)
    parts = ConnectionComponents(
        driver=url.drivername,
        username=url.username,
        password=url.password,
        host=url.host,
        port=url.port,
        database=url.database,
        query=dict(url.query),
    )
    SqlAlchemyConnector(connection_info=parts).save(name, overwrite=True)


@task(task_run_name="limit who reads at once", **STEP)
def limit_readers() -> None:
    """Create the limit on parallel extracts; keeps an operator's change."""
    limit = GlobalConcurrencyLimitCreate(name=READERS_LIMIT, limit=_PARALLEL_READERS)
    with get_client(sync_client=True) as client, suppress(ObjectAlreadyExists):
        client.create_global_concurrency_limit(limit)
    get_run_logger().info("Concurrency limit %s is there", READERS_LIMIT)
