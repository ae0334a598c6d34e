"""Fast inserts without LOAD DATA, which servers often forbid."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from queue import SimpleQueue

from sqlalchemy import Connection, Engine

from techmarket.db import sql
from techmarket.db.quoting import quote_mysql
from techmarket.model.catalog import CATALOG
from techmarket.seed.literals import Columns

_CONNECTIONS = 2
_ROWS_PER_STATEMENT = 5_000
"""Well below any max_allowed_packet."""
_STATEMENTS_AHEAD = 2 * _CONNECTIONS
"""Queued or running, to bound the memory."""


@contextmanager
def seeding_session(engine: Engine) -> Iterator[Connection]:
    """A connection without foreign key checks that commits each statement; closed, not pooled."""
    with engine.connect() as connection:
        session = connection.execution_options(isolation_level="AUTOCOMMIT", no_parameters=True)
        session.detach()
        sql.run_script(session, "seed/bulk_session")
        yield session


class BulkInsert:
    """Inserts in the background; the context's end raises the first error."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._running: list[Future[None]] = []

    def __enter__(self) -> "BulkInsert":
        with ExitStack() as stack:
            self._idle: SimpleQueue[Connection] = SimpleQueue()
            for _ in range(_CONNECTIONS):
                self._idle.put(stack.enter_context(seeding_session(self._engine)))
            self._pool = stack.enter_context(ThreadPoolExecutor(_CONNECTIONS))
            self._open = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        with self._open:
            self._wait(at_most=0)

    def insert(self, table: str, columns: Columns) -> None:
        """Queue rows; waits while the queue is full."""
        names = ", ".join(quote_mysql(name) for name in CATALOG[table].column_names)
        head = f"INSERT INTO {quote_mysql(table)} ({names}) VALUES\n("
        rows = list(map(",".join, zip(*(columns[name] for name in CATALOG[table].column_names), strict=True)))
        for first in range(0, len(rows), _ROWS_PER_STATEMENT):
            self._wait(at_most=_STATEMENTS_AHEAD)
            chunk = rows[first : first + _ROWS_PER_STATEMENT]
            self._running.append(self._pool.submit(self._execute, head + "),\n(".join(chunk) + ")"))

    def _wait(self, *, at_most: int) -> None:
        while len(self._running) > at_most:
            self._running.pop(0).result()

    def _execute(self, statement: str) -> None:
        connection = self._idle.get()
        try:
            connection.exec_driver_sql(statement)
        finally:
            self._idle.put(connection)
