"""The databases: from Prefect's blocks in deployed runs, from the settings in local ones."""

import sqlalchemy as sa
from prefect import runtime
from prefect_sqlalchemy import ConnectionComponents, SqlAlchemyConnector
from sqlalchemy.engine import URL, make_url

from techmarket.db import addresses
from techmarket.db.engines import Databases, source_engine, warehouse_engine
from techmarket.errors import ConfigurationError
from techmarket.settings import load_settings

OLTP_BLOCK = "techmarket-oltp"
DWH_BLOCK = "techmarket-dwh"


def databases() -> Databases:
    """Source and warehouse.

    Raises:
        ConfigurationError: an address is missing or wrong.
    """
    return Databases(source(), warehouse())


def source() -> sa.Engine:
    """The order system, read-only.

    Raises:
        ConfigurationError: the address is missing or not MySQL's.
    """
    settings = load_settings()
    return source_engine(_address_in_block(OLTP_BLOCK), settings) if _is_deployed() else addresses.source(settings)


def warehouse() -> sa.Engine:
    """The warehouse, as the owner of ``stg`` and ``dwh``.

    Raises:
        ConfigurationError: the address is missing or not PostgreSQL's.
    """
    settings = load_settings()
    return warehouse_engine(_address_in_block(DWH_BLOCK), settings) if _is_deployed() else addresses.warehouse(settings)


def _is_deployed() -> bool:
    return runtime.deployment.id is not None


def _address_in_block(name: str) -> URL:
    """The block's engine lacks timeouts, and its ``fetch`` keeps old results."""
    try:
        block = SqlAlchemyConnector.load(name)
    except ValueError as exc:
        msg = (
            f"The Prefect block sqlalchemy-connector/{name} cannot be loaded: {exc} "
            "Next: run the flow bootstrap-warehouse where both databases' addresses are set, or create the block in the UI."
        )
        raise ConfigurationError(msg) from exc
    address = block.connection_info
    return address.create_url() if isinstance(address, ConnectionComponents) else make_url(address)
