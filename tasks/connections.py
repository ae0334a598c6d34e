"""Where a run finds the databases: a run of a deployment in Prefect's blocks, a local run in the settings."""

import sqlalchemy as sa
from prefect import runtime
from prefect_sqlalchemy import SqlAlchemyConnector
from pydantic import SecretStr
from sqlalchemy.engine import URL, make_url

from techmarket.databases import source_engine, warehouse_engine
from techmarket.errors import ConfigurationError
from techmarket.settings import Settings, load_settings

OLTP_BLOCK = "techmarket-oltp"
DWH_BLOCK = "techmarket-dwh"


def source() -> sa.Engine:
    """Engine of the order system.

    Raises:
        ConfigurationError: the block or the setting is missing or no MySQL address.
    """
    settings = load_settings()
    return source_engine(_address(OLTP_BLOCK, settings.oltp_url, "TECHMARKET_OLTP_URL"), settings)


def warehouse() -> sa.Engine:
    """Engine of the warehouse, as the owner of ``stg`` and ``dwh``.

    Raises:
        ConfigurationError: the block or the setting is missing or no PostgreSQL address.
    """
    settings = load_settings()
    return warehouse_engine(_address(DWH_BLOCK, settings.dwh_url, "TECHMARKET_DWH_URL"), settings)


def warehouse_admin(settings: Settings) -> sa.Engine:
    """Engine of the warehouse for a user who may create roles; where none is named, its owner will do once the roles exist."""
    return warehouse_engine(settings.dwh_admin_url.get_secret_value(), settings) if settings.dwh_admin_url else warehouse()


def _address(block_name: str, setting: SecretStr | None, variable: str) -> str | URL:
    if runtime.deployment.id:
        return _address_in_block(block_name)
    if setting is None:
        msg = f"{variable} is not set, and this run has no deployment. Next: set it in the environment or in .env (see .env.example)."
        raise ConfigurationError(msg)
    return setting.get_secret_value()


def _address_in_block(name: str) -> URL:
    """The block's address alone: its own engine lacks the timeouts, and its ``fetch`` methods keep old result sets."""
    try:
        block = SqlAlchemyConnector.load(name)
    except ValueError as exc:
        msg = (
            f"The Prefect block sqlalchemy-connector/{name} cannot be loaded: {exc} "
            "Next: run the flow bootstrap-warehouse where both databases' addresses are set, or create the block in the UI."
        )
        raise ConfigurationError(msg) from exc
    return make_url(block.get_engine().url)
