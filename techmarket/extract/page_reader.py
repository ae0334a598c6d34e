"""Reads pages of COPY text over one connection of a snapshot.

Each page is checked against its row count, so truncation is an error.
"""

import heapq
import json
import logging
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby, islice, pairwise
from typing import Any

import sqlalchemy as sa

from techmarket.db.driver_errors import typed_errors
from techmarket.errors import IntegrityError
from techmarket.extract import statements
from techmarket.extract.part_writers import PartWriters
from techmarket.model.catalog import Table

log = logging.getLogger(__name__)

OnRows = Callable[[str, int, int], None]
"""Takes table, rows read so far, and the server's estimate of all (0: unknown)."""

_BELOW_ALL_KEYS = -(2**63) - 1
_ABOVE_ALL_KEYS = 2**64
_KEYS_PER_STATEMENT = 2_000
_CHANGED_KEYS_AT_ONCE = 1_000_000
"""Each statement scans all changes, so few statements fetch many keys each."""


@dataclass(frozen=True, slots=True)
class KeyRange:
    """The rows with ``after < key <= upto``; ``estimate`` counts the whole table."""

    table: Table
    after: int
    upto: int
    estimate: int


class PageReader:
    """Each reader belongs to one thread."""

    def __init__(self, connection: sa.Connection, page_rows: int, writers: PartWriters, on_rows: OnRows) -> None:
        self._connection = connection
        self._driver_connection: Any = connection.connection.driver_connection
        self._page_rows = page_rows
        self._writers = writers
        self._on_rows = on_rows
        self._is_stopped = False

    def stop(self) -> None:
        """From another thread: stop after the current page."""
        self._is_stopped = True

    def break_off(self) -> None:
        """From another thread: abort the connection."""
        self.stop()
        with suppress(OSError, AttributeError):  # closed already
            self._driver_connection._sock.shutdown(socket.SHUT_RDWR)  # noqa: SLF001 - close() would not wake that thread from its read

    def key_ranges(self, table: Table, wanted: int) -> list[KeyRange]:
        """At most ``wanted`` ranges."""
        with typed_errors("Reading the order system"):
            estimate = self._connection.exec_driver_sql(statements.estimated_rows(table)).scalar() or 0
            lowest, highest = self._connection.exec_driver_sql(statements.key_bounds(table)).one() if wanted > 1 else (None, None)
        cuts: list[int] = []
        if lowest is not None:
            span = highest - lowest + 1
            pieces = min(wanted, span // self._page_rows)
            cuts = [lowest + span * piece // pieces - 1 for piece in range(1, pieces)]
        return [KeyRange(table, after, upto, estimate) for after, upto in pairwise((_BELOW_ALL_KEYS, *cuts, _ABOVE_ALL_KEYS))]

    def read_key_range(self, key_range: KeyRange) -> None:
        """Read the range page by page. A page of as many integers as its row limit cannot hold more rows.

        If gaps would make a page less than half full, the index gives the next page's end.
        """
        table = key_range.table
        statement = statements.extract_range(table)
        after, page, is_dense = key_range.after, self._page_rows, False
        while after < key_range.upto and not self._is_stopped:
            upto = min(after + page if is_dense else self._key_further_on(table, after, page), key_range.upto)
            rows, _, text = self._page(statement, {"after": after, "upto": upto})
            if _is_cut(text, rows):
                page = _halved(page, table, rows)
                continue
            self._take(table, rows, text, key_range.estimate)
            after, is_dense = upto, 2 * rows >= page

    def _key_further_on(self, table: Table, after: int, rows: int) -> int:
        with typed_errors("Reading the order system"):
            found = self._connection.execute(sa.text(statements.key_of_row(table)), {"after": after, "skipped": rows - 1}).scalar()
        return _ABOVE_ALL_KEYS if found is None else int(found)

    def read_by_key(self, tables: Sequence[Table], key: str, since: Mapping[str, datetime], requested_keys: Sequence[int]) -> None:
        """Read the rows of each key that is requested, or changed since the instant of its table."""
        pages = [(table, statements.extract_page(table, keys_of=key)) for table in tables]
        lows = {f"low_{table.name}": _without_zone(since[table.name]) for table in tables if table.name in since}
        changed = self._changed_keys(statements.changed_keys(tables, key), lows) if lows else iter(())
        for keys in _chunks(heapq.merge(changed, sorted(requested_keys)), _KEYS_PER_STATEMENT):
            for table, statement in pages:
                self._read_pages(table, statement, keys)

    def _changed_keys(self, statement: str, lows: Mapping[str, datetime]) -> Iterator[int]:
        binds: dict[str, object] = {**lows, "after": _BELOW_ALL_KEYS, "page": _CHANGED_KEYS_AT_ONCE}
        while True:
            with typed_errors("Reading the keys of changed rows"):
                found = self._connection.execute(sa.text(statement), binds, execution_options={"stream_results": True})
                keys = list(found.scalars())
            yield from keys
            if len(keys) < _CHANGED_KEYS_AT_ONCE:
                return
            binds["after"] = keys[-1]

    def _read_pages(self, table: Table, statement: str, keys: Sequence[int]) -> None:
        listed, after, page = json.dumps(keys), _BELOW_ALL_KEYS, self._page_rows
        while True:
            rows, last_key, text = self._page(statement, {"keys": listed, "after": after, "page": page})
            if _is_cut(text, rows):
                page = _halved(page, table, rows)
                continue
            self._take(table, rows, text, 0)
            if rows < page:
                return
            after = last_key

    def _take(self, table: Table, rows: int, text: bytes | None, estimate: int) -> None:
        writer = self._writers[table.name]
        if text:
            writer.write(text, rows)
            self._on_rows(table.name, writer.rows, estimate)

    def _page(self, statement: str, binds: Mapping[str, object]) -> tuple[int, int, bytes | None]:
        with typed_errors("Reading the order system"):
            rows, last_key, text = self._connection.execute(sa.text(statement), binds).one()
        return rows, last_key, text


def _is_cut(text: bytes | None, rows: int) -> bool:
    return (text or b"").count(b"\n") != rows


def _without_zone(instant: datetime | None) -> datetime:
    if instant is None:
        msg = "a table read by its changes has a low bound"
        raise ValueError(msg)
    return instant.astimezone(UTC).replace(tzinfo=None)


def _chunks(keys: Iterable[int], size: int) -> Iterator[list[int]]:
    distinct = (key for key, _ in groupby(keys))
    while chunk := list(islice(distinct, size)):
        yield chunk


def _halved(page: int, table: Table, rows: int) -> int:
    if rows == 1:
        msg = (
            f"A row of {table.name} is longer than the order system's max_allowed_packet lets through, so its text arrives cut. "
            "Next: raise max_allowed_packet on the MySQL server."
        )
        raise IntegrityError(msg)
    log.info("table=%s page of %d rows does not fit a packet, halving it", table.name, rows)
    return max(1, min(page, rows) // 2)
