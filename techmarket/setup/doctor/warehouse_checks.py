"""Checks of the warehouse."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.ledger.batches import lock_holder
from techmarket.ledger.migrations import require_current
from techmarket.model.modes import FOLLOWING
from techmarket.project import Project
from techmarket.settings import Settings
from techmarket.setup.doctor.clocks import compare_clocks
from techmarket.setup.doctor.finding import Finding, fail, ok, warn
from techmarket.setup.doctor.running import Check

_OLDEST = 15
_BOOTSTRAP = "run `techmarket bootstrap`"
_BESIDES = ("dwh.load_batches", "dwh.load_watermarks", "dwh.mart_sales_dynamics", "stg.rejected_rows")
"""Of what bootstrap makes besides the star and the staged tables."""


def warehouse_checks(connection: sa.Connection, project: Project) -> Mapping[str, Check]:
    """In the report's order, for an autocommit connection."""
    settings = project.settings
    return {
        "server": partial(_server, connection),
        "role": partial(_role, connection),
        "schemas": partial(_schemas, connection, project),
        "owner": partial(_owner, connection),
        "analysts": partial(_analysts, connection),
        "clock": partial(_clock, connection),
        "time zone": partial(_time_zone, connection, settings),
        "last load": partial(_last_load, connection, settings),
        "load lock": partial(_load_lock, connection),
        "quarantine": partial(_quarantine, connection),
    }


def _query(connection: sa.Connection, file: str, **values: object) -> sa.CursorResult[Any]:
    return sql.run(connection, f"doctor/{file}", **values)


def _facts(connection: sa.Connection) -> sa.Row[Any]:
    return _query(connection, "server").one()


def _server(connection: sa.Connection) -> Finding:
    facts = _facts(connection)
    said = f"{facts.role_name} on PostgreSQL {facts.version_text}, database {facts.database_name}"
    if facts.version_number < _OLDEST * 10_000:
        return fail(said, f"upgrade the server to PostgreSQL {_OLDEST} or later")
    return ok(said)


def _role(connection: sa.Connection) -> Finding:
    facts = _facts(connection)
    if facts.is_unrestricted:
        return warn(f"{facts.role_name} is a superuser", "let TECHMARKET_DWH_URL name techmarket_etl, which owns stg and dwh and no more")
    return ok(f"{facts.role_name} is no superuser")


def _schemas(connection: sa.Connection, project: Project) -> Finding:
    catalog = project.catalog
    found: dict[str, dict[str, str]] = {}
    for row in _query(connection, "columns"):
        found.setdefault(f"{row.schema_name}.{row.table_name}", {})[row.column_name] = row.column_type
    wanted = (*(f"dwh.{table.name}" for table in project.star.tables), *_BESIDES, *(f"stg.{table}" for table in catalog))
    missing = [name for name in wanted if name not in found]
    if missing:
        return fail(f"missing: {', '.join(missing)}", _BOOTSTRAP)
    require_current(connection)
    older = [f"stg.{t.name}" for t in catalog.values() if found[f"stg.{t.name}"] != {c.name: c.type.postgres for c in t.columns}]
    if older:
        return fail(f"not as the catalogue declares: {', '.join(older)}", _BOOTSTRAP)
    return ok("dwh and stg are in place, staging as the catalogue declares it")


def _owner(connection: sa.Connection) -> Finding:
    foreign = _query(connection, "foreign_owners").scalars().all()
    if foreign:
        return fail(f"owned by another role: {', '.join(foreign)}", f"{_BOOTSTRAP} as an administrator")
    return ok("the role owns all of dwh and stg")


def _analysts(connection: sa.Connection) -> Finding:
    relations = _query(connection, "analyst").all()
    if not relations:
        return fail("the role techmarket_bi, or what it should read, is missing", f"{_BOOTSTRAP} as an administrator")
    unseen = [row.relation for row in relations if row.schema_name == "dwh" and not row.may_read]
    too_much = [f"{row.schema_name}.{row.relation}" for row in relations if row.may_write or (row.schema_name == "stg" and row.may_read)]
    if too_much:
        return fail(f"techmarket_bi may do too much with {', '.join(too_much)}", "REVOKE what sql/postgres/04_roles.sql does not grant")
    if unseen:
        return warn(f"techmarket_bi cannot read {', '.join(unseen)}", _BOOTSTRAP)
    if unbounded := _query(connection, "analyst_limits").scalars().all():
        return warn(f"techmarket_bi has no {', '.join(unbounded)}", f"{_BOOTSTRAP} as an administrator, which sets them again")
    return ok("techmarket_bi reads dwh and nothing else")


def _clock(connection: sa.Connection) -> Finding:
    before = datetime.now(UTC)
    clock = _facts(connection).clock
    return compare_clocks(clock, before, datetime.now(UTC))


def _time_zone(connection: sa.Connection, settings: Settings) -> Finding:
    if not _query(connection, "time_zone", zone=settings.business_time_zone).all():
        return fail(
            f"the server does not know {settings.business_time_zone}", "update its time zone data, or TECHMARKET_BUSINESS_TIME_ZONE"
        )
    return ok(f"the server knows {settings.business_time_zone}")


def _last_load(connection: sa.Connection, settings: Settings) -> Finding:
    last = _query(connection, "last_load", following=list(FOLLOWING)).one_or_none()
    if last is None:
        return warn("nothing was ever loaded", "run `techmarket load`")
    if last.status != "released":
        return warn(f"batch {last.batch_id} {last.status}: {last.error}", "mend the cause, then run `techmarket load`")
    age = datetime.now(UTC) - last.released_at
    said = f"batch {last.batch_id} released {_in_words(age)} ago"
    return warn(said, "see why no load has run since, or run `techmarket load`") if age > settings.stale_after else ok(said)


def _load_lock(connection: sa.Connection) -> Finding:
    holder = lock_holder(connection)
    if holder:
        return ok(f"held by {holder}")
    dead = _query(connection, "running_batches").scalars().all()
    if dead:
        return warn(
            f"batch {', '.join(map(str, dead))} died without a word", "run `techmarket load`: it marks it abandoned and starts afresh"
        )
    return ok("free")


def _quarantine(connection: sa.Connection) -> Finding:
    waiting = _query(connection, "open_rejects").one()
    if waiting.rejected_rows:
        age = _in_words(datetime.now(UTC) - waiting.oldest)
        return warn(
            f"{waiting.rejected_rows} rows wait, the oldest for {age}", "see `techmarket rejects` and mend them in the order system"
        )
    return ok("empty")


def _in_words(age: timedelta) -> str:
    minutes = int(age.total_seconds()) // 60
    return f"{minutes // 1440} d" if minutes >= 2880 else f"{minutes // 60} h" if minutes >= 120 else f"{minutes} min"
