"""Fresh databases on a running server."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

_MYSQL_NO_SUCH_SESSION = 1094


@contextmanager
def fresh_database(server: URL, *, template: str | None = None) -> Iterator[URL]:
    """The address of a new database, dropped at the end despite open sessions.

    Empty or, on PostgreSQL, a copy of an unused ``template``.
    """
    name = f"techmarket_{secrets.token_hex(6)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    try:
        yield server.set(database=name)
    finally:
        with engine.connect() as connection:
            _drop(connection, name)


def _drop(connection: Connection, name: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        return
    # An open transaction would delay DROP DATABASE.
    for session in connection.scalars(text("SELECT id FROM information_schema.processlist WHERE db = :name"), {"name": name}):
        _kill(connection, session)
    connection.exec_driver_sql(f"DROP DATABASE {name}")


def _kill(connection: Connection, session: int) -> None:
    try:
        connection.exec_driver_sql(f"KILL {session}")
    except OperationalError as exc:
        if exc.orig is None or exc.orig.args[0] != _MYSQL_NO_SUCH_SESSION:  # it may have ended already
            raise
