"""COPY a sealed extract into ``stg``, each part once (docs/adr/0002).

A part and its receipt are one transaction, so staging resumes where it stopped. The receipt is first, so that another process with the
same part waits. Both are UNLOGGED: a crash of the server empties them.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

import psycopg2
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError as UniqueViolation

from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.errors import IntegrityError, TechMarketError
from techmarket.extract.sealed import Part, SealedExtract
from techmarket.ledger.batches import hold_batch
from techmarket.model.catalog import Catalog, Table
from techmarket.staging import statements
from techmarket.staging.freed_memory import give_back
from techmarket.staging.part_content import COPY_CHUNK, PartContent, part_content

log = logging.getLogger(__name__)

_Item = TypeVar("_Item")

_CONNECTIONS = 2
_WITHOUT_HELPERS = "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL max_parallel_maintenance_workers = 0"
"""Tables are finished concurrently: parallel workers would take each other's core."""
_SORT_IN_MEMORY = "SET LOCAL maintenance_work_mem = '256MB'"
"""Enough to sort some four million keys without a temporary file."""
_SMALLER_SAMPLE = "SET LOCAL default_statistics_target = 30"
"""For ANALYZE: the plans, which read whole tables, are equally good."""


class Parts(Protocol):
    """Receives an extract's parts while it is written."""

    def put(self, part: Part, text: Sequence[bytes] = (), /) -> None:
        """Take a complete part, with its text if still in memory."""


class PartStream(Protocol):
    """Stages an extract's parts in a ``with`` block."""

    def __call__(
        self, warehouse: sa.Engine, *, batch_id: int, extract_id: str, directory: Path, catalog: Catalog, connections: int
    ) -> AbstractContextManager[Parts]:
        """Empty staging, then stage parts from ``directory``; ``connections`` are those of one process."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    part: Part
    text: Sequence[bytes] = ()


class _PartsOfThisProcess:
    """A queue; at most as many parts as connections keep their text."""

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self.waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()

    def put(self, part: Part, text: Sequence[bytes] = (), /) -> None:
        """Drop the text unless its turn is near: memory must not grow if the warehouse is slower than the source."""
        is_near = self.waiting.qsize() < self._connections
        self.waiting.put(_Waiting(part, text if is_near else ()))

    def close(self) -> None:
        for _ in range(self._connections):
            self.waiting.put(None)


@contextmanager
def staging_stream(
    warehouse: sa.Engine, *, batch_id: int, extract_id: str, directory: Path, catalog: Catalog, connections: int = _CONNECTIONS
) -> Iterator[Parts]:
    """Stage parts while the extract is being written.

    After a failure, :func:`stage` copies the missing parts.
    """
    parts = _PartsOfThisProcess(connections)
    stopped_by: list[Exception] = []

    copy = partial(_stage_part, batch_id=batch_id, extract_id=extract_id, directory=directory, catalog=catalog)

    def make_a_head_start() -> None:
        try:
            empty_staging(warehouse, batch_id=batch_id, extract_id=extract_id, catalog=catalog)
            _work_off(parts.waiting, copy, warehouse, connections)
        except (TechMarketError, OSError) as exc:
            stopped_by.append(exc)

    head_start = threading.Thread(target=make_a_head_start, name="staging")
    head_start.start()
    try:
        yield parts
    finally:
        parts.close()
        head_start.join()
        give_back()  # else the parts' texts would add to the peak, which comes later
    for exc in stopped_by:  # not if the extract failed: its files are removed, and nothing is left to stage
        log.warning("staging stopped, to be resumed when the extract is sealed: %s", exc)


def stage(
    warehouse: sa.Engine, extract: SealedExtract, *, batch_id: int, catalog: Catalog, connections: int = _CONNECTIONS
) -> dict[str, int]:
    """Make ``stg`` hold exactly this extract, indexed and analysed; return the rows by table.

    Raises:
        IntegrityError: a part's content or count differs from the manifest.
        ConcurrentRunError: another load has taken over.
        ConfigurationError, TransientError: the warehouse fails.
    """
    started = time.monotonic()
    manifest = extract.manifest
    missing = missing_parts(warehouse, extract, batch_id=batch_id, catalog=catalog)
    staged: dict[str, int] = {}

    def finish(connection: sa.Connection, table: Table) -> None:
        staged[table.name] = _finish(connection, table, batch_id)

    if missing:
        copy = partial(_stage_part, batch_id=batch_id, extract_id=manifest.extract_id, directory=extract.directory, catalog=catalog)
        _work_off(_queued(map(_Waiting, missing), connections), copy, warehouse, connections)
    largest_first = sorted(catalog.values(), key=lambda table: manifest.rows(table.name), reverse=True)
    _work_off(_queued(largest_first, connections), finish, warehouse, connections)
    _check_counts(staged, extract)
    log.info(
        "stage rows=%d parts=%d seconds=%.2f batch=%d", sum(staged.values()), len(manifest.parts), time.monotonic() - started, batch_id
    )
    return staged


def missing_parts(warehouse: sa.Engine, extract: SealedExtract, *, batch_id: int, catalog: Catalog) -> list[Part]:
    """Parts without a receipt; if none has one, empties staging for this extract."""
    done = _receipts(warehouse, extract.manifest.extract_id)
    if not done:
        empty_staging(warehouse, batch_id=batch_id, extract_id=extract.manifest.extract_id, catalog=catalog)
    return [part for part in extract.manifest.parts if (part.table, part.file) not in done]


def empty_staging(warehouse: sa.Engine, *, batch_id: int, extract_id: str, catalog: Catalog) -> None:
    """Empty ``stg`` for this extract; waits for parts of another one."""
    with typed_errors("Emptying the staging tables"), warehouse.begin() as connection:
        hold_batch(connection, batch_id)
        for statement in statements.empty_staging(catalog):
            connection.exec_driver_sql(statement)
        sql.run(connection, "staging/name_extract", extract_id=extract_id)


def _receipts(warehouse: sa.Engine, extract_id: str) -> set[tuple[str, str]]:
    with typed_errors("Reading the staging receipts"), warehouse.connect() as connection:
        rows = sql.run(connection, "staging/receipts", extract_id=extract_id)
        return {(row.table_name, row.part) for row in rows}


def _queued(items: Iterable[_Item], connections: int) -> "queue.SimpleQueue[_Item | None]":
    waiting: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
    for item in (*items, *[None] * connections):
        waiting.put(item)
    return waiting


def _work_off(
    waiting: "queue.SimpleQueue[_Item | None]", work: Callable[[sa.Connection, _Item], None], warehouse: sa.Engine, connections: int
) -> None:
    """Take items over several connections, each until None; a failure ends only its connection's work."""

    def take(_worker: int) -> None:
        with _connected(warehouse) as connection:
            for item in iter(waiting.get, None):
                work(connection, item)

    with ThreadPoolExecutor(connections, thread_name_prefix="staging") as pool:
        list(pool.map(take, range(connections)))


@contextmanager
def _connected(warehouse: sa.Engine) -> Iterator[sa.Connection]:
    with typed_errors("Connecting to the warehouse"):
        connection = warehouse.connect()
    with connection:
        yield connection


def stage_part(warehouse: sa.Engine, part: Part, *, batch_id: int, extract_id: str, directory: Path, catalog: Catalog) -> None:
    """Insert one part's receipt and COPY the part in one transaction.

    Does nothing if the part is staged, or if ``stg`` now belongs to another extract.

    Raises:
        IntegrityError: the content differs from ``part``.
        ConcurrentRunError: another load has taken over.
        ConfigurationError, TransientError: the warehouse fails, or the file is missing.
    """
    with _connected(warehouse) as connection:
        _stage_part(connection, _Waiting(part), batch_id=batch_id, extract_id=extract_id, directory=directory, catalog=catalog)


def _stage_part(connection: sa.Connection, waiting: _Waiting, *, batch_id: int, extract_id: str, directory: Path, catalog: Catalog) -> None:
    part, table = waiting.part, catalog[waiting.part.table]
    with typed_errors(f"Staging {part.file}"), connection.begin(), part_content(part, waiting.text, directory) as content:
        hold_batch(connection, batch_id)
        receipt = {"extract_id": extract_id, "table_name": part.table, "part": part.file, "row_count": part.rows}
        if not sql.run(connection, "staging/write_receipt", **receipt).rowcount:
            return
        rows = _copy(connection, statements.copy_into(table), content)
        if (rows, content.sha256) != (part.rows, part.sha256):
            msg = (
                f"{directory / part.file} does not hold what its manifest says: {rows} rows against {part.rows},"
                f" SHA-256 {content.sha256[:12]} against {part.sha256[:12]}. Next: delete the extract and start a new load."
            )
            raise IntegrityError(msg)


def _copy(connection: sa.Connection, statement: str, content: PartContent) -> int:
    cursor = connection.connection.cursor()
    try:
        driver_cursor: Any = cursor
        try:
            driver_cursor.copy_expert(statement, content, COPY_CHUNK)
        except psycopg2.Error as exc:
            is_lost = bool(driver_cursor.connection.closed)
            if is_lost:  # else the rollback fails too, and its error hides this one
                connection.invalidate()
            raise sa.exc.DBAPIError(statement, None, exc, connection_invalidated=is_lost) from exc
        return int(cursor.rowcount)
    finally:
        cursor.close()


def _finish(connection: sa.Connection, table: Table, batch_id: int) -> int:
    """Count, index and analyse; return the count. A repeated key gets a plain index, for the gate to judge."""
    with typed_errors(f"Counting and indexing stg.{table.name}"), connection.begin():
        hold_batch(connection, batch_id)
        connection.exec_driver_sql(f"{_WITHOUT_HELPERS}; {_SORT_IN_MEMORY}; {_SMALLER_SAMPLE}")
        rows = connection.exec_driver_sql(statements.count_staged(table.name)).scalar_one()
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(statements.key_index(table, unique=True))
        except UniqueViolation:
            log.warning("table=%s holds a key twice; the gate will name it", table.name)
            connection.exec_driver_sql(statements.key_index(table, unique=False))
        connection.exec_driver_sql(statements.analyze(table))
    return int(rows)


def _check_counts(staged: Mapping[str, int], extract: SealedExtract) -> None:
    expected = extract.manifest.tables
    if different := ", ".join(f"{t} {staged[t]} against {expected[t]}" for t in expected if staged[t] != expected[t]):
        msg = f"Staged rows differ from the manifest of {extract.directory}: {different}. Next: start a new load."
        raise IntegrityError(msg)
