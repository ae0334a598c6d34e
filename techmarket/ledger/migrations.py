"""Numbered changes of tables whose rows must survive, each applied once, in order (docs/adr/0021-migrations.md).

A new warehouse records all and needs none: ``sql/postgres/01_dwh_schema.sql`` is current.
"""

import logging
import re
from collections.abc import Sequence

import sqlalchemy as sa

from techmarket import __version__
from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.db.sql import names
from techmarket.errors import ConfigurationError

log = logging.getLogger(__name__)

_NAME = re.compile(r"(?P<number>\d{4})_[a-z0-9_]+")


def numbered(found: Sequence[str]) -> tuple[str, ...]:
    """Sort migrations by number.

    Raises:
        ValueError: a name is not like ``0001_what_it_does``, or a number is missing.
    """
    ordered = tuple(sorted(found))
    numbers = [int(match["number"]) if (match := _NAME.fullmatch(name)) else None for name in ordered]
    if numbers != list(range(1, len(ordered) + 1)):
        msg = f"Migrations must be named 0001_what_it_does, 0002_... without a gap, not {', '.join(ordered)}."
        raise ValueError(msg)
    return ordered


MIGRATIONS = numbered(names("postgres/migrations"))
"""Oldest first."""


def apply_pending(connection: sa.Connection) -> tuple[str, ...]:
    """Apply missing migrations in the caller's transaction; returns their names, none without a warehouse.

    Raises:
        ConfigurationError: a newer version has changed this warehouse.
    """
    pending = _pending(connection)
    for name in pending:
        with typed_errors(f"Migration {name} of the warehouse"):
            sql.run_script(connection, f"migrations/{name}")
        log.info("migration name=%s", name)
    return pending


def record_all(connection: sa.Connection) -> None:
    """Record every migration as applied."""
    for name in MIGRATIONS:
        sql.run(connection, "ledger/add_migration", name=name, version=__version__)


def require_current(connection: sa.Connection) -> None:
    """Check that the warehouse has exactly this version's migrations.

    Raises:
        ConfigurationError: some are missing or newer; says what to do.
    """
    if pending := _pending(connection):
        msg = f"The warehouse is older than this version ({__version__}): it lacks {', '.join(pending)}. Next: run `techmarket bootstrap`."
        raise ConfigurationError(msg)


def _pending(connection: sa.Connection) -> tuple[str, ...]:
    age = sql.run(connection, "ledger/warehouse_age").one()
    if not age.is_warehouse:
        return ()
    applied = set(sql.run(connection, "ledger/migrations").scalars()) if age.is_counted else set()
    if unknown := sorted(applied - set(MIGRATIONS)):
        msg = (
            f"A newer version has changed this warehouse: {__version__} does not know {', '.join(unknown)}."
            " Nothing was changed. Next: install that version, or restore the dump made before its bootstrap."
        )
        raise ConfigurationError(msg)
    return tuple(name for name in MIGRATIONS if name not in applied)
