"""Whether the source is the one that the warehouse knows, and how far it had come when it was last read (docs/adr/0028)."""

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.errors import ConfigurationError, OtherSourceError, SourceClockError, SourceWentBackError, TransientError
from techmarket.extract.schema_check import check_schema
from techmarket.extract.statements import key_bounds, newest_rows, rows_at, sampled_by_key
from techmarket.model.catalog import Catalog, Reading, Table
from techmarket.model.source_state import SampledRow, SourceHistory, SourceState
from techmarket.project import Project
from techmarket.settings import Settings

log = logging.getLogger(__name__)

_NEWEST_ROWS = 25
_SPREAD_ROWS = 8
_FEW_GONE = 10
"""Sampled rows that may be gone, whatever their share: it means nothing in a small shop."""
_SHARE_REBORN = 0.1
"""Of a table's sampled rows. People correct a date, but not of many rows at once."""
_FEW_REBORN = 1
_CLOCK_TOLERANCE = timedelta(seconds=1)
_NEXT = "Nothing was touched. Next: see that TECHMARKET_OLTP_URL names the right order system and that it is complete;"
_ACCEPT = "`techmarket load --new-source` reads all of it, however much that replaces or removes, and makes the warehouse equal to it."


def identify(source: sa.Engine, history: SourceHistory, project: Project, *, may_be_gone: bool = False) -> SourceState:
    """The state to remember, once it agrees with what is known. With ``may_be_gone``, missing rows say nothing.

    Reads outside a snapshot, which would keep ALTER TABLE waiting for its end: rows of a moment earlier do as well.

    Raises:
        SchemaDriftError, ConfigurationError, TransientError: the source cannot be read.
        OtherSourceError, SourceWentBackError, SourceClockError: it is not the one that was read last, as it was left.
    """
    catalog, settings = project.catalog, project.settings
    with typed_errors("Reading the order system's identity"), _outside_snapshots(source) as connection:
        for line in check_schema(connection, catalog):
            log.warning("schema: %s; add it to techmarket/model/catalog.py or to left_out", line)
        clock = connection.execute(sa.select(sa.func.utc_timestamp(6))).scalar_one().replace(tzinfo=UTC)
        require_clock(history, clock, settings)
        found = observe(connection, catalog, clock)
        if history.state:
            tolerance = settings.watermark_overlap + set_back(history, clock, settings)
            require_same_source(history.state, found, connection, project, tolerance=tolerance, may_be_gone=may_be_gone)
        return found


def set_back(history: SourceHistory, clock: datetime, settings: Settings) -> timedelta:
    """By how much later changes may be stamped below the watermarks; zero up to the overlap, which covers it."""
    behind = history.clock_due - clock if history.clock_due else timedelta(0)
    return behind if behind > settings.watermark_overlap else timedelta(0)


def observe(connection: sa.Connection, catalog: Catalog, clock: datetime) -> SourceState:
    """The state at about the time that the source's ``clock`` shows."""
    tables = _sampled(catalog)
    server, database, position = _identity(connection)
    stored = _stored(connection, catalog)
    return SourceState(
        server=server,
        database=database,
        log_position=position,
        seen_at=clock,
        made_at=_made_at(stored),
        next_keys={row.name: int(row.next_key) for row in stored if row.next_key},
        newest={table.name: _newest(connection, table, clock) for table in tables},
        spread={table.name: _spread(connection, table) for table in tables},
    )


def require_clock(history: SourceHistory, clock: datetime, settings: Settings) -> None:
    """Refuse a source whose clock is ahead of the warehouse's, or behind the newest release.

    Raises:
        SourceClockError: with both times.
    """
    if history.warehouse_ahead is not None:
        now = datetime.now(UTC) + history.warehouse_ahead
        if clock - now > settings.watermark_overlap + _CLOCK_TOLERANCE:
            msg = (
                f"The order system's clock shows {_short(clock)}, the warehouse's {_short(now)}: stamps from the future would hide"
                " later changes. Nothing was touched. Next: correct the clock that is wrong (NTP), then load again."
            )
            raise SourceClockError(msg)
    if history.newest_snapshot and clock < history.newest_snapshot:
        msg = (
            f"The order system's clock shows {_short(clock)}, but the newest release shows it at {_short(history.newest_snapshot)}."
            " Nothing was touched. Next: if the clock was set back, load again when it has passed that time; if it was ahead, and is right"
            f" now, {_ACCEPT}"
        )
        raise SourceClockError(msg)


def require_same_source(
    known: SourceState, found: SourceState, connection: sa.Connection, project: Project, *, tolerance: timedelta, may_be_gone: bool = False
) -> None:
    """Compare the source with what the newest release remembers of it.

    A row's stamp may go back by ``tolerance``: a statement that waits for a lock stamps at its start. With ``may_be_gone``, missing rows
    say nothing. A server in step that has another name is logged as a warning: a planned failover.

    Raises:
        OtherSourceError: most of the rows are others, or gone.
        SourceWentBackError: the source is behind what was released.
    """
    compare = partial(_compare, connection, released_at=_business_time(known.seen_at, project.settings), tolerance=tolerance)
    old, new = (
        [compare(table, rows[table.name]) for table in _sampled(project.catalog) if rows.get(table.name)]
        for rows in (known.spread, known.newest)
    )
    signs = list(_signs_of_another(old, may_be_gone=may_be_gone))
    if signs:
        msg = (
            f"The order system ({found.place}) is not the one that was loaded last ({known.place}), or its rows have other keys:"
            f" {'; '.join(signs)}. {_NEXT} if it is meant, {_ACCEPT}"
        )
        raise OtherSourceError(msg)
    uncounted = [] if may_be_gone else [table for table in new if table.table not in found.next_keys]
    signs = [*_signs_of_return(new, uncounted=uncounted), *_fallen_counters(connection, known, found)]
    if signs:
        msg = (
            f"The order system ({found.place}) is behind the state that was loaded last ({_short(known.seen_at)}), as after a"
            f" restore or a failover that lost changes: {'; '.join(signs)}. {_NEXT} if it is meant, {_ACCEPT}"
        )
        raise SourceWentBackError(msg)
    if known.place != found.place:
        log.warning("the order system is %s, and no longer %s; its rows are in step", found.place, known.place)


@contextmanager
def _outside_snapshots(source: sa.Engine) -> Iterator[sa.Connection]:
    with source.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


def require_same_tables(source: sa.Engine, catalog: Catalog, state: SourceState) -> None:
    """Refuse what was read if a table changed meanwhile.

    Reads outside the snapshot: in it, MySQL shows the tables as they were.

    Raises:
        SchemaDriftError: the schema breaks the contract now.
        TransientError: another table took the name of one, and the snapshot may lack its last rows; names the tables.
    """
    with typed_errors("Looking at the order system's tables"), _outside_snapshots(source) as connection:
        check_schema(connection, catalog)
        made_at = _made_at(_stored(connection, catalog))
    if replaced := sorted(name for name in catalog if made_at.get(name) != state.made_at.get(name)):
        msg = (
            f"Another table took the name of {', '.join(replaced)} during the read, as an online schema change does: some of its rows may"
            " be missing in the snapshot. Nothing was touched. Next: load again (flows retry by themselves)."
        )
        raise TransientError(msg)


def _stored(connection: sa.Connection, catalog: Catalog) -> Sequence[sa.Row[Any]]:
    """The catalogue's tables as the server stores them.

    Raises:
        ConfigurationError: a storage engine without snapshots.
    """
    stored = [row for row in sql.run(connection, "extract/tables") if row.name in catalog]
    outside = [f"{row.name} ({row.storage_engine})" for row in stored if row.storage_engine not in {None, "InnoDB"}]
    if outside:
        msg = (
            f"A snapshot does not cover {', '.join(outside)}: a load would mix instants. Nothing was touched."
            " Next: ALTER TABLE ... ENGINE = InnoDB."
        )
        raise ConfigurationError(msg)
    return stored


def _made_at(stored: Sequence[sa.Row[Any]]) -> dict[str, str]:
    return {row.name: str(row.made_at) for row in stored}


@dataclass(frozen=True, slots=True)
class _Compared:
    """A table's sampled rows: how many, and how they differ now."""

    table: str
    rows: int
    gone: int = 0
    replaced: int = 0
    """Came to be at another time: other rows."""
    reborn: int = 0
    """Of those, since the release that knew their key."""
    turned_back: int = 0
    """Changed earlier than the release saw."""


def _signs_of_another(compared: Sequence[_Compared], *, may_be_gone: bool) -> Iterator[str]:
    rows, gone, replaced = (sum(getattr(table, name) for table in compared) for name in ("rows", "gone", "replaced"))
    gone = 0 if may_be_gone or gone <= _FEW_GONE else gone
    if 2 * (gone + replaced) > rows:
        yield f"of {rows} rows sampled from all its time, {gone} are gone and {replaced} are others"


def _signs_of_return(compared: Sequence[_Compared], *, uncounted: Sequence[_Compared]) -> Iterator[str]:
    """Of tables without a counter of keys (``uncounted``), only the rows themselves can tell a restore from a deletion."""
    for table in compared:
        if table.turned_back:
            yield f"{table.turned_back} of {table.rows} rows of {table.table} were last changed earlier than the release saw"
        if table.reborn > max(_FEW_REBORN, _SHARE_REBORN * table.rows):
            yield f"{table.reborn} of {table.rows} rows of {table.table} came to be after the release that has their keys"
    rows, gone = (sum(getattr(table, name) for table in uncounted) for name in ("rows", "gone"))
    if gone > max(_FEW_GONE, rows / 2):
        yield f"{gone} of the {rows} rows changed last are gone"


def _fallen_counters(connection: sa.Connection, known: SourceState, found: SourceState) -> Iterator[str]:
    for table, number in known.next_keys.items():
        if (now := found.next_keys.get(table)) and now < number:
            yield f"the next key of {table} is {now}, and was {number}"
    positions = (known.log_position, found.log_position)
    if known.server == found.server and all(positions) and not _has_reached(connection, *positions):
        yield f"its log is at {found.log_position}, and was at {known.log_position}"


def _has_reached(connection: sa.Connection, known: str, now: str) -> bool:
    if ":" in known:  # MySQL's sets name servers by UUID
        return bool(connection.scalar(sa.text("SELECT gtid_subset(:known, :now)"), {"known": known, "now": now}))
    positions = dict(_domain_position(position) for position in now.split(","))
    return all(positions.get(domain, 0) >= number for domain, number in map(_domain_position, known.split(",")))


def _domain_position(gtid: str) -> tuple[str, int]:
    """MariaDB's ``domain-server-number``."""
    domain, _server, number = gtid.split("-")
    return domain, int(number)


def _compare(
    connection: sa.Connection, table: Table, rows: Sequence[SampledRow], *, released_at: datetime, tolerance: timedelta
) -> _Compared:
    found = connection.execute(sa.text(sampled_by_key(table)), {"keys": json.dumps([row.key for row in rows])})
    now = {row.key: row for row in _sampled_rows(found)}
    pairs = [(row, now[row.key]) for row in rows if row.key in now]
    others = [(was, is_now) for was, is_now in pairs if was.born_at and is_now.born_at and was.born_at != is_now.born_at]
    return _Compared(
        table=table.name,
        rows=len(rows),
        gone=len(rows) - len(pairs),
        replaced=len(others),
        reborn=sum(was.born_at <= released_at < is_now.born_at for was, is_now in others if was.born_at and is_now.born_at),
        turned_back=sum(is_now.changed_at < was.changed_at - tolerance for was, is_now in pairs),
    )


def _sampled(catalog: Catalog) -> list[Table]:
    """Those that an incremental load does not read whole."""
    return [table for table in catalog.values() if table.reading is not Reading.WHOLE]


def _identity(connection: sa.Connection) -> tuple[str, str, str]:
    """Server, database and position of the log, as far as the server tells them to every user."""
    said = {name.lower(): value for name, value in sql.run(connection, "extract/server_names")}
    server = said.get("server_uuid") or said.get("server_uid") or f"{said['hostname']}:{said['port']}"
    position = said.get("gtid_executed") or said.get("gtid_binlog_pos") or ""
    return server, connection.scalar(sa.text("SELECT database()")), "".join(position.split())


def _newest(connection: sa.Connection, table: Table, clock: datetime) -> tuple[SampledRow, ...]:
    """Without stamps from the future, which the next change of the row turns back."""
    binds = {"upto": clock.replace(tzinfo=None), "rows": _NEWEST_ROWS}
    return tuple(_sampled_rows(connection.execute(sa.text(newest_rows(table)), binds)))


def _spread(connection: sa.Connection, table: Table) -> tuple[SampledRow, ...]:
    lowest, highest = connection.execute(sa.text(key_bounds(table))).one()
    if lowest is None:
        return ()
    keys = [lowest + (highest - lowest) * step // (_SPREAD_ROWS - 1) for step in range(_SPREAD_ROWS)]
    found = connection.execute(sa.text(rows_at(table, len(keys))), {f"key_{number}": key for number, key in enumerate(keys)})
    return tuple(_sampled_rows(found))


def _sampled_rows(found: sa.CursorResult[Any]) -> Iterator[SampledRow]:
    """The driver gives impossible dates as text: such rows prove nothing."""
    for key, changed_at, born_at in found:
        if isinstance(changed_at, datetime):
            yield SampledRow(key, changed_at.replace(tzinfo=UTC), born_at if isinstance(born_at, datetime) else None)


def _business_time(at: datetime, settings: Settings) -> datetime:
    return at.astimezone(ZoneInfo(settings.business_time_zone)).replace(tzinfo=None)


def _short(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
