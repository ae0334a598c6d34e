"""Fresh databases on a running server."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.pool import NullPool


@contextmanager
def fresh_database(server: URL) -> Iterator[URL]:
    """An empty database of its own on a MySQL-protocol or PostgreSQL server, dropped at the end whoever is still in it.

    Yields:
        The server's address with the new database, ``techmarket_<random>``.
    """
    name = f"techmarket_{secrets.token_hex(6)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield server.set(database=name)
    finally:
        with engine.connect() as connection:
            _drop(connection, name)


def _drop(connection: Connection, name: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        return
    # A transaction still open there would hold DROP DATABASE up, by default for a day.
    for session in connection.scalars(text("SELECT id FROM information_schema.processlist WHERE db = :name"), {"name": name}):
        connection.exec_driver_sql(f"KILL {session}")
    connection.exec_driver_sql(f"DROP DATABASE {name}")
