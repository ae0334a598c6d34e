"""One consistent snapshot of the order system, and the horizon up to which nothing can be missing from it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from techmarket.databases import typed_errors
from techmarket.settings import Settings
from techmarket.sql_files import read_sql

log = logging.getLogger(__name__)

_MYSQL_ACCESS_DENIED = 1227
_PACKET_HEADROOM = 64 * 1024
"""Bytes of a packet left for what goes with a page's text; a longer result would close the connection."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """What the next load may take as seen.

    ``at`` is an instant by the source's clock: changes stamped before it are in the snapshot. ``overlap`` is how far below
    a watermark a read must begin all the same. Without PROCESS (``sees_writers`` false) ``at`` is the clock alone and the
    overlap must outlast the longest transaction.
    """

    at: datetime
    overlap: timedelta
    sees_writers: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An open snapshot: all reads on ``connection`` see the source at the one instant ``taken_at`` (source's clock, UTC)."""

    connection: sa.Connection
    taken_at: datetime
    horizon: Horizon
    server_version: str


@contextmanager
def open_snapshot(source: sa.Engine, settings: Settings) -> Iterator[Snapshot]:
    """Open one read-only snapshot, its horizon read on the same connection just before.

    Raises:
        ConfigurationError, TransientError: the source refuses, or cannot be reached.
    """
    with typed_errors("Opening a snapshot of the order system"):
        connection = source.connect()
    try:
        with typed_errors("Opening a snapshot of the order system"):
            version = _prepare_session(connection, settings)
            horizon = read_horizon(connection, settings)
            connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
            taken_at = _utc(connection.exec_driver_sql("SELECT UTC_TIMESTAMP(6)").scalar_one())
        yield Snapshot(connection, taken_at, horizon, version)
    finally:
        connection.invalidate()  # a broken stream cannot be rolled back; closing the socket ends the snapshot
        connection.close()


def _prepare_session(connection: sa.Connection, settings: Settings) -> str:
    """Fix everything that a server's defaults could change in the rendered text; return the server's version."""
    version, packet = connection.exec_driver_sql("SELECT VERSION(), @@max_allowed_packet").one()
    seconds = int(settings.statement_timeout.total_seconds())
    limit = f"max_statement_time = {seconds}" if "mariadb" in version.lower() else f"max_execution_time = {seconds * 1000}"
    longest = packet - _PACKET_HEADROOM
    connection.exec_driver_sql(f"SET SESSION time_zone = '+00:00', sql_mode = '', group_concat_max_len = {longest}, {limit}")
    connection.exec_driver_sql("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    connection.rollback()
    return str(version)


def read_horizon(connection: sa.Connection, settings: Settings) -> Horizon:
    """Read the safe horizon: the source's clock, capped by the start of the oldest transaction that may still write."""
    try:
        clock, oldest_writer = connection.exec_driver_sql(read_sql("mysql/extract/safe_horizon.sql")).one()
    except DBAPIError as exc:
        if exc.orig is None or exc.orig.args[0] != _MYSQL_ACCESS_DENIED:
            raise
        log.warning(
            "the reader lacks PROCESS, so open transactions cannot be seen: reading %s below the watermark instead. "
            "Next: grant it (sql/mysql/03_roles.sql)",
            settings.watermark_overlap_without_process,
        )
        clock = connection.exec_driver_sql("SELECT UTC_TIMESTAMP(6)").scalar_one()
        return Horizon(_utc(clock), settings.watermark_overlap_without_process, sees_writers=False)
    finally:
        connection.rollback()
    return Horizon(_utc(min(clock, oldest_writer or clock)), settings.watermark_overlap, sees_writers=True)


def _utc(naive: datetime) -> datetime:
    return naive.replace(tzinfo=UTC)
