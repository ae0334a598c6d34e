"""Fresh databases on a running server."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, create_engine
from sqlalchemy.pool import NullPool


@contextmanager
def fresh_database(server: URL) -> Iterator[URL]:
    """An empty database of its own on a MySQL-protocol or PostgreSQL server, dropped at the end whoever is still in it.

    Yields:
        The server's address with the new database, ``techmarket_<random>``.
    """
    name = f"techmarket_{secrets.token_hex(6)}"
    force = " WITH (FORCE)" if server.get_backend_name() == "postgresql" else ""
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield server.set(database=name)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name}{force}")
