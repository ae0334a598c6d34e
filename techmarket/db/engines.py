"""Engines for both databases: every wait is bounded, every session setting explicit (``sessions.py``)."""

import socket
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from techmarket.db.deadlines import DeadlineConnection
from techmarket.db.sessions import Setting, as_options, as_statement, late_warehouse_settings, source_settings, warehouse_settings
from techmarket.errors import ConfigurationError
from techmarket.settings import Settings

SOURCE_DRIVER = "mysql+pymysql"
WAREHOUSE_DRIVER = "postgresql+psycopg2"

_FILES = frozenset({"ssl_ca", "ssl_cert", "ssl_key", "sslrootcert", "sslcert", "sslkey"})

_KEEPALIVE_IDLE_SECONDS, _KEEPALIVE_INTERVAL_SECONDS, _KEEPALIVES = 30, 10, 3
_UNACKNOWLEDGED_SECONDS = _KEEPALIVE_IDLE_SECONDS + _KEEPALIVES * _KEEPALIVE_INTERVAL_SECONDS
_TCP_OPTIONS = {
    getattr(socket, name): value
    for name, value in {
        "TCP_KEEPIDLE": _KEEPALIVE_IDLE_SECONDS,
        "TCP_KEEPINTVL": _KEEPALIVE_INTERVAL_SECONDS,
        "TCP_KEEPCNT": _KEEPALIVES,
        "TCP_USER_TIMEOUT": _UNACKNOWLEDGED_SECONDS * 1000,
    }.items()
    if hasattr(socket, name)  # Linux has them all
}


@dataclass(frozen=True, slots=True)
class Databases:
    """Both ends of a load."""

    source: sa.Engine
    warehouse: sa.Engine


def source_engine(url: str | URL, settings: Settings) -> sa.Engine:
    """For reading. No pooling: a snapshot belongs to one connection.

    Raises:
        ConfigurationError: no MySQL address with the PyMySQL driver.
    """
    return _source_engine(url, settings, set_up=as_statement(source_settings(settings)))


def source_admin_engine(url: str | URL, settings: Settings) -> sa.Engine:
    """For writing, in the server's ``sql_mode``: a reader's would cut values silently.

    Raises:
        ConfigurationError: no MySQL address with the PyMySQL driver.
    """
    return _source_engine(url, settings, set_up=None)


def _source_engine(url: str | URL, settings: Settings, *, set_up: str | None) -> sa.Engine:
    connecting = ceil(settings.connect_timeout.total_seconds())
    answer_seconds = _longest_answer(settings)
    connect_args = {
        "charset": "utf8mb4",
        "connect_timeout": connecting,
        "read_timeout": connecting,
        "write_timeout": answer_seconds,
        "init_command": set_up,
    }
    engine = sa.create_engine(_checked(url, SOURCE_DRIVER, "TECHMARKET_OLTP_URL"), poolclass=NullPool, connect_args=connect_args)

    @sa.event.listens_for(engine, "connect")
    def _wait_for_statements(connection: Any, _record: object) -> None:
        # The driver has one timeout for the greeting and for statements: an unresponsive port would delay a load for long.
        connection._read_timeout = answer_seconds  # noqa: SLF001
        for option, value in _TCP_OPTIONS.items() if connection.unix_socket is None else ():
            connection._sock.setsockopt(socket.IPPROTO_TCP, option, value)  # noqa: SLF001 - the driver only switches keepalives on

    return engine


def warehouse_engine(url: str | URL, settings: Settings) -> sa.Engine:
    """UTC sessions; waits bounded on both sides; dead connections found within a minute.

    Raises:
        ConfigurationError: no PostgreSQL address with the psycopg2 driver.
    """
    connect_args = {
        "connection_factory": partial(DeadlineConnection, seconds=_longest_answer(settings)),
        "connect_timeout": ceil(settings.connect_timeout.total_seconds()),
        "application_name": "techmarket",
        "keepalives_idle": _KEEPALIVE_IDLE_SECONDS,
        "keepalives_interval": _KEEPALIVE_INTERVAL_SECONDS,
        "keepalives_count": _KEEPALIVES,
        "tcp_user_timeout": _UNACKNOWLEDGED_SECONDS * 1000,
    }
    engine = sa.create_engine(_checked(url, WAREHOUSE_DRIVER, "TECHMARKET_DWH_URL"), poolclass=NullPool, connect_args=connect_args)
    _set_late(engine, settings)
    return engine


def _set_late(engine: sa.Engine, settings: Settings) -> None:
    """The first connection tells the server's version, and sets what only some know. Later ones bring it: no round trip."""
    late = list[Setting]()

    @sa.event.listens_for(engine, "do_connect")
    def _bring(_dialect: object, _record: object, _arguments: object, options: dict[str, Any]) -> None:
        options["options"] = as_options([*warehouse_settings(settings), *late])

    @sa.event.listens_for(engine, "connect", insert=True)
    def _learn(connection: Any, _record: object) -> None:
        if late or not (known := late_warehouse_settings(connection.server_version)):
            return
        connection.autocommit = True  # else it would be three round trips
        with closing(connection.cursor()) as cursor:
            cursor.execute("; ".join(f"SET {setting.name} = {setting.value}" for setting in known))
        connection.autocommit = False
        late[:] = known


def _longest_answer(settings: Settings) -> int:
    """Seconds of silence after which a server is considered dead."""
    return ceil((settings.statement_timeout + settings.connect_timeout).total_seconds())


def _checked(url: str | URL, driver: str, setting: str) -> URL:
    remedy = f"Next: write {driver}://user:password@host:port/database (see .env.example)."
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        msg = f"{setting} is not a database address. {remedy}"
        raise ConfigurationError(msg) from None
    if parsed.drivername != driver:
        msg = f"{setting} begins with {parsed.drivername}://, expected {driver}://. {remedy}"
        raise ConfigurationError(msg)
    if not parsed.database:
        msg = f"{setting} names no database. {remedy}"
        raise ConfigurationError(msg)
    for option in _FILES & parsed.query.keys():
        if not Path(str(parsed.query[option])).is_file():
            msg = f"{setting} names with {option} the file {parsed.query[option]}, which is not there. Next: correct the path."
            raise ConfigurationError(msg)
    return parsed
