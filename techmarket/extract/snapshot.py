"""A consistent snapshot of the order system, and its safe horizon: no change stamped before it is missing (docs/adr/0003).

Several connections share it if nothing can have been committed between their starts (docs/adr/0023). It locks nothing.
"""

import logging
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.settings import Settings

log = logging.getLogger(__name__)

_MYSQL_ACCESS_DENIED = 1227
_STAMPED_EARLIER = timedelta(seconds=1)
"""A statement is stamped a moment before its transaction begins."""
_LIST_IS_KEPT = 0.2
"""Seconds; InnoDB caches the list for 0.1 s after the last read."""
_LIST_READINGS = 10
_OPENINGS = 10
"""Attempts to open all connections at once; then only the first reads."""
_TRANSACTION_COUNTER = re.compile(r"^Trx id counter (\d+)", re.MULTILINE)
NO_ADVANCE = datetime(1970, 1, 2, tzinfo=UTC)
"""A horizon below every stamp."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far the next load may treat the source as read.

    The snapshot has all changes stamped before ``at``, by the source's clock. Without ``sees_writers``, transactions longer than
    ``watermark_overlap_without_process`` may be missing. ``is_quiet``: no open transaction may write.
    """

    at: datetime
    sees_writers: bool
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All ``connections`` read the source at ``taken_at`` (source's clock, UTC)."""

    connections: tuple[sa.Connection, ...]
    taken_at: datetime
    horizon: Horizon
    server_version: str

    @property
    def connection(self) -> sa.Connection:
        """The first one."""
        return self.connections[0]


@contextmanager
def open_snapshot(source: sa.Engine, settings: Settings, *, connections: int = 1) -> Iterator[Snapshot]:
    """Open one read-only snapshot, and read its horizon just before.

    It has one connection if it is not certain that all see the same instant.

    Raises:
        ConfigurationError, TransientError: the source fails.
    """
    with ExitStack() as stack:
        with typed_errors("Opening a snapshot of the order system"):
            sessions = [stack.enter_context(_session(source)) for _ in range(connections)]
            horizon, together = _begin(sessions, settings)
            taken_at, version = together[0].exec_driver_sql("SELECT utc_timestamp(6), version()").one()
        yield Snapshot(tuple(together), _utc(taken_at), horizon, version)


@contextmanager
def _session(source: sa.Engine) -> Iterator[sa.Connection]:
    connection = source.connect()
    try:
        yield connection
    finally:
        connection.invalidate()  # a broken stream cannot be rolled back; closing the socket ends the snapshot
        connection.close()


def _begin(sessions: Sequence[sa.Connection], settings: Settings) -> tuple[Horizon, Sequence[sa.Connection]]:
    """The horizon, and the sessions that share the snapshot."""
    for _ in range(_OPENINGS if len(sessions) > 1 else 0):
        if horizon := _begin_together(sessions, settings):
            return horizon, sessions
    if len(sessions) > 1:
        log.warning(
            "the order system is read over one connection, not over %d: it is written to all the time, or the reader lacks PROCESS",
            len(sessions),
        )
    horizon = read_horizon(sessions[0], settings)
    _begin_on(sessions[0])
    return horizon, sessions[:1]


def _begin_together(sessions: Sequence[sa.Connection], settings: Settings) -> Horizon | None:
    """None, with all rolled back, if a transaction may have been committed meanwhile."""
    counter = _transaction_counter(sessions[0])
    if counter is None:
        return None
    horizon = read_horizon(sessions[0], settings)
    for session in sessions:
        _begin_on(session)
    if horizon.is_quiet and _transaction_counter(sessions[0]) == counter:
        return horizon
    for session in sessions:
        session.rollback()
    return None


def _begin_on(session: sa.Connection) -> None:
    session.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")


def _transaction_counter(session: sa.Connection) -> str | None:
    """Every first write takes the next number; None if the reader lacks PROCESS."""
    try:
        status = session.exec_driver_sql("SHOW ENGINE INNODB STATUS").one()[-1]
    except DBAPIError as exc:
        if not _is_denied(exc):
            raise
        return None
    counter = _TRANSACTION_COUNTER.search(status)
    return counter[1] if counter else None


class _WritersUnseenError(Exception):
    """Why the source hides its open transactions, and the remedy."""


def read_horizon(connection: sa.Connection, settings: Settings) -> Horizon:
    """The source's clock, capped by the start of the oldest statement or transaction that may still write.

    A statement that ends before it is looked for has its transaction in the list that is read later. This session begins a transaction
    after reading the clock: a list that shows it shows every earlier one.
    """
    clock = _utc(connection.exec_driver_sql("SELECT utc_timestamp(6)").scalar_one()) - _STAMPED_EARLIER
    oldest_statement = sql.run(connection, "extract/oldest_statement").scalar_one()
    _begin_on(connection)
    try:
        oldest_writer, orphans = _oldest_writer(connection)
    except _WritersUnseenError as unseen:
        behind = settings.watermark_overlap_without_process
        log.warning("open transactions cannot be seen, so the watermark stays %s behind the source's clock: %s", behind, unseen)
        return Horizon(clock - behind, sees_writers=False, is_quiet=False)
    finally:
        connection.rollback()
    if orphans:
        log.warning(
            "%d prepared transactions have no session, so their age is not known: the watermark stays where it is."
            " Next: end each that XA RECOVER lists, by XA COMMIT or XA ROLLBACK",
            orphans,
        )
        return Horizon(NO_ADVANCE, sees_writers=True, is_quiet=False)
    starts = [_utc(start) - _STAMPED_EARLIER for start in (oldest_writer, oldest_statement) if start]
    return Horizon(min([clock, *starts]), sees_writers=True, is_quiet=oldest_writer is None)


def _oldest_writer(connection: sa.Connection) -> tuple[datetime | None, int]:
    """The start of the oldest transaction, and the number of those whose start is not known."""
    for _ in range(_LIST_READINGS):
        try:
            oldest_writer, is_young, orphans = sql.run(connection, "extract/safe_horizon").one()
        except DBAPIError as exc:
            if not _is_denied(exc):
                raise
            msg = "the reader lacks PROCESS. Next: grant it (sql/mysql/03_roles.sql)"
            raise _WritersUnseenError(msg) from None
        if is_young:
            return oldest_writer, orphans
        time.sleep(_LIST_IS_KEPT)
    msg = (
        "InnoDB's list of transactions stays old while something reads it all the time. Next: let the monitor of this server ask less often"
    )
    raise _WritersUnseenError(msg)


def _is_denied(exc: DBAPIError) -> bool:
    return exc.orig is not None and exc.orig.args[0] == _MYSQL_ACCESS_DENIED


def _utc(naive: datetime) -> datetime:
    return naive.replace(tzinfo=UTC)
