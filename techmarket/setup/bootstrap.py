"""Bootstrap of the warehouse. Repeatable, also after an upgrade."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from psycopg2.extensions import encrypt_password
from pydantic import SecretStr

from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.ledger.batches import load_lock, process_name
from techmarket.ledger.migrations import apply_pending, record_all
from techmarket.model.catalog import Catalog
from techmarket.release.aggregates import fill_aggregates
from techmarket.release.dim_date import add_years

log = logging.getLogger(__name__)

_SET_PASSWORD = {
    "techmarket_etl": "ALTER ROLE techmarket_etl PASSWORD :verifier",
    "techmarket_bi": "ALTER ROLE techmarket_bi PASSWORD :verifier",
}
_SCRIPTS = ("01_dwh_schema", "02_stg_schema", "02_stg_tables", "03_views_marts", "04_roles")
_FIRST_YEAR = 2015
_YEARS_AHEAD = 2


@dataclass(frozen=True, slots=True)
class BootstrapSummary:
    """What a bootstrap changed."""

    days_added: int
    """To dwh.dim_date."""
    migrations_applied: tuple[str, ...]
    """Of existing tables; none for a new warehouse."""
    tables_added: tuple[str, ...]
    """To dwh.load_watermarks."""
    passwords_set: tuple[str, ...]


def bootstrap_warehouse(
    admin: sa.Engine, *, catalog: Catalog, today: date, etl_password: SecretStr | None = None, bi_password: SecretStr | None = None
) -> BootstrapSummary:
    """Create or upgrade the warehouse in one transaction under the load lock.

    Empties staging only. ``admin`` is a superuser or the database's owner with CREATEROLE; techmarket_etl suffices once roles exist. A
    password of None does not change.

    Raises:
        ConcurrentRunError: a load is running.
        ConfigurationError: rights are missing, or a newer version has changed the warehouse.
        TransientError: the server cannot be reached.
    """
    with load_lock(admin, holder=f"bootstrap on {process_name()}"), typed_errors("Bootstrap of the warehouse"), admin.begin() as connection:
        migrations = apply_pending(connection)
        for script in _SCRIPTS:
            sql.run_script(connection, script)
        record_all(connection)
        passwords = {role: password for role, password in (("techmarket_etl", etl_password), ("techmarket_bi", bi_password)) if password}
        for role, password in passwords.items():
            _set_password(connection, role, password)
        summary = BootstrapSummary(
            days_added=add_years(connection, range(_FIRST_YEAR, today.year + _YEARS_AHEAD + 1)),
            migrations_applied=migrations,
            tables_added=tuple(_add_watermarks(connection, catalog)),
            passwords_set=tuple(passwords),
        )
        if fill_aggregates(connection):
            log.info("bootstrap filled the aggregates of a warehouse that had none")
    log.info("bootstrap days=%d tables=%d passwords=%d", summary.days_added, len(summary.tables_added), len(summary.passwords_set))
    return summary


def _set_password(connection: sa.Connection, role: str, password: SecretStr) -> None:
    """Send a SCRAM verifier: the server may log a clear password."""
    driver_connection = connection.connection.driver_connection
    verifier = encrypt_password(password.get_secret_value(), role, scope=driver_connection, algorithm="scram-sha-256")
    connection.execute(sa.text(_SET_PASSWORD[role]), {"verifier": verifier})


def _add_watermarks(connection: sa.Connection, catalog: Catalog) -> Iterable[str]:
    """As never loaded."""
    for table in catalog:
        if sql.run(connection, "ledger/add_watermark", table_name=table).rowcount:
            yield table
