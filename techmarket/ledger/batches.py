"""The load lock, and the ledger of batches."""

import logging
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.errors import CheckError, ConcurrentRunError, DataQualityError, TechMarketError
from techmarket.ledger.migrations import require_current
from techmarket.model.modes import Mode

log = logging.getLogger(__name__)

_LOCK_KEY = 7_305_809_121_645_118_001
"""Arbitrary, the same for every load."""
_LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True, slots=True)
class Batch:
    """One load, with the watermarks at its start (None: never loaded)."""

    batch_id: int
    mode: Mode
    watermarks: Mapping[str, datetime | None]
    newest_release: int | None
    """At its start; None before the first."""
    new_source: bool = False
    """A person accepts the source as it is: what the ledger knew of it does not count."""


def process_name() -> str:
    """This load's host and process, for the ledger and a refused load's error."""
    return f"{socket.gethostname()} pid {os.getpid()}"


@contextmanager
def load_lock(warehouse: sa.Engine, *, holder: str, longest_wait: timedelta = timedelta(0)) -> Iterator[None]:
    """Hold the load lock during the block. The server frees it if this process dies.

    Loads wait in order of arrival.

    Raises:
        ConcurrentRunError: another process holds it; names it.
    """
    with typed_errors("Taking the load lock"):
        connection = warehouse.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        with typed_errors("Taking the load lock"):
            connection.execute(sa.text("SELECT set_config('application_name', :name, false)"), {"name": f"techmarket: {holder}"[:63]})
            if not _locked(connection, longest_wait):
                raise ConcurrentRunError(_held_by(connection, longest_wait))
        yield
        with suppress(SQLAlchemyError):  # now: the server notices a closed session only a moment later, perhaps after the next step began
            connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK_KEY})
    finally:
        connection.invalidate()  # closing the session frees the lock in any state of the session
        connection.close()


def _locked(connection: sa.Connection, longest_wait: timedelta) -> bool:
    if connection.execute(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK_KEY}).scalar_one():
        return True
    if not longest_wait:
        return False
    limits = {"lock_timeout": f"{ceil(longest_wait.total_seconds() * 1000)}ms", "statement_timeout": "0"}
    for name, value in limits.items():
        connection.execute(sa.select(sa.func.set_config(name, value, False)))  # noqa: FBT003 - the third argument means: for the session
    try:
        connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK_KEY})
    except OperationalError as exc:
        if getattr(exc.orig, "pgcode", None) != _LOCK_NOT_AVAILABLE:
            raise
        return False
    return True


def lock_holder(connection: sa.Connection) -> str | None:
    """Process, address and start time of the lock's holder; None if free."""
    row = sql.run(connection, "ledger/lock_holder", key=_LOCK_KEY).one_or_none()
    return f"{row.application_name} from {row.client} since {row.since:%Y-%m-%d %H:%M:%S} UTC" if row else None


def _held_by(connection: sa.Connection, waited: timedelta) -> str:
    who = lock_holder(connection) or "a load that has just ended"
    in_vain = f" It did not end within {waited}." if waited else ""
    return f"Another load holds the warehouse: {who}.{in_vain} Nothing was done. Next: wait for it to end, or stop it, then run again."


def open_batch(warehouse: sa.Engine, mode: Mode, *, requested_by: str, new_source: bool = False) -> Batch:
    """Open a batch. Needs the lock: an earlier batch still running has died, and becomes abandoned.

    Raises:
        ConfigurationError: the schema is another version's.
    """
    with typed_errors("Opening a batch in the ledger"), warehouse.begin() as connection:
        require_current(connection)
        for row in sql.run(connection, "ledger/abandon_dead"):
            log.warning("batch=%d never ended; marked abandoned", row.batch_id)
        batch_id = sql.run(connection, "ledger/open_batch", mode=mode.value, requested_by=requested_by, new_source=new_source).scalar_one()
        watermarks = {row.table_name: row.watermark for row in sql.run(connection, "ledger/watermarks")}
        newest_release = sql.run(connection, "ledger/newest_release").scalar_one()
        return Batch(batch_id, mode, watermarks, newest_release, new_source)


def newest_snapshot(connection: sa.Connection, mode: Mode) -> datetime | None:
    """The release that an extract of this mode must not precede; None before the first."""
    modes = [released for released in Mode if not (released is Mode.BACKFILL and mode is Mode.BACKFILL)]
    newest: datetime | None = sql.run(connection, "ledger/newest_snapshot", modes=modes).scalar_one()
    return newest


def hold_batch(connection: sa.Connection, batch_id: int) -> None:
    """Check that this batch is running, and keep it so until the transaction ends.

    A load that takes over waits for this transaction before it abandons the batch.

    Raises:
        ConcurrentRunError: the batch is no longer running.
    """
    status = sql.run(connection, "ledger/hold_batch", batch_id=batch_id).scalar_one_or_none()
    if status != "running":
        msg = f"Batch {batch_id} is {status or 'unknown'}, not running: another load took over. Next: start a new load."
        raise ConcurrentRunError(msg)


def close_batch(warehouse: sa.Engine, batch_id: int, *, status: str, verdict: str | None = None, error: str | None = None) -> None:
    """Close a batch without a release: ``blocked`` by the gate, ``failed`` or ``checked``. A closed batch does not change."""
    values = {"batch_id": batch_id, "status": status, "verdict": verdict, "error": error}
    with typed_errors("Closing the batch in the ledger"), warehouse.begin() as connection:
        sql.run(connection, "ledger/close_batch", **values)


@contextmanager
def load_batch(warehouse: sa.Engine, mode: Mode, *, requested_by: str, new_source: bool = False) -> Iterator[Batch]:
    """Lock the warehouse and run one batch. The ledger records a failure.

    Raises:
        ConcurrentRunError: another load is running.
    """
    entered = entered_batch(warehouse, mode, requested_by=requested_by, new_source=new_source)
    with load_lock(warehouse, holder=requested_by), entered as batch:
        yield batch


@contextmanager
def entered_batch(warehouse: sa.Engine, mode: Mode, *, requested_by: str, new_source: bool = False) -> Iterator[Batch]:
    """Run a batch under the lock; records a failure."""
    batch = open_batch(warehouse, mode, requested_by=requested_by, new_source=new_source)
    try:
        yield batch
    except BaseException as exc:
        _close_failed(warehouse, batch.batch_id, exc)
        raise


def _close_failed(warehouse: sa.Engine, batch_id: int, exc: BaseException) -> None:
    """Only the pipeline's messages are free of row values; of other errors, records the class."""
    status = "blocked" if isinstance(exc, DataQualityError) else "failed"
    verdict = "DATA_FAIL" if isinstance(exc, DataQualityError) else "CHECK_ERROR" if isinstance(exc, CheckError) else None
    error = str(exc) if isinstance(exc, TechMarketError) else type(exc).__name__
    try:
        close_batch(warehouse, batch_id, status=status, verdict=verdict, error=error)
    except TechMarketError as closing:
        log.warning("batch=%d could not be closed, the next load will mark it abandoned: %s", batch_id, closing)
