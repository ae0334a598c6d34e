"""Read the order system at one instant into a sealed extract.

MySQL renders the rows as COPY text, a page of keys at a time; Python passes the bytes on. Every page's text is checked
against its row count, so that a cut text is an error and never a short load.
"""

import heapq
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice

import sqlalchemy as sa

from techmarket import rendering
from techmarket.asked_keys import AskedKeys, require_askable
from techmarket.catalog import Catalog, Reading, Table
from techmarket.databases import typed_errors
from techmarket.errors import IntegrityError
from techmarket.extract_directory import disk_errors, removed_unless_sealed
from techmarket.modes import Mode
from techmarket.part_writers import OnPart, PartWriters
from techmarket.sealed_extract import Manifest, SealedExtract, seal
from techmarket.settings import Settings
from techmarket.source.drift import check_schema
from techmarket.source.snapshot import Snapshot, open_snapshot

log = logging.getLogger(__name__)

OnProgress = Callable[[str, int, int], None]
"""Called with a table's name, its rows read so far, and the server's estimate of all (0 where unknown)."""

_BELOW_ALL_KEYS = -(2**63) - 1
_ABOVE_ALL_KEYS = 2**64
_KEYS_PER_STATEMENT = 2_000


@dataclass(frozen=True, slots=True)
class ExtractRequest:
    """What to read: the mode, each table's watermark (None: never loaded) and the keys to look for besides what changed.

    A selective mode reads the asked rows and the reference tables, whatever the watermarks say. ``clock_due`` is what the source's
    clock must show by now, if it was not set back since the watermarks were taken (None: not known).
    """

    mode: Mode
    watermarks: Mapping[str, datetime | None]
    asked: AskedKeys
    clock_due: datetime | None = None


def extract(
    source: sa.Engine,
    request: ExtractRequest,
    *,
    extract_id: str,
    catalog: Catalog,
    settings: Settings,
    on_part: OnPart = lambda _part: None,
    on_progress: OnProgress = lambda _table, _rows, _of: None,
) -> SealedExtract:
    """Read all tables of the catalogue from one snapshot and seal them below ``settings.extract_dir``.

    ``on_part`` is called with each part as soon as its file is complete, before the extract is sealed.

    Raises:
        SchemaDriftError: the source's schema breaks the contract, before the read or after it.
        IntegrityError: a page does not hold the rows it counts.
        ConfigurationError, TransientError: the source refuses, cannot be reached, or the disk is full.
    """
    require_askable(request.asked, catalog)
    directory = settings.extract_dir / extract_id
    with open_snapshot(source, settings) as snapshot, disk_errors(directory):
        for line in check_schema(snapshot.connection, catalog):
            log.warning("schema: %s; add it to techmarket/catalog.py or to left_out", line)
        low_bounds = _low_bounds(request, catalog, settings.watermark_overlap + _set_back(request, snapshot, settings))
        directory.mkdir(parents=True)
        with removed_unless_sealed(directory):
            with PartWriters(directory, settings.part_bytes, on_part) as writers:
                _Reader(snapshot, settings.page_rows, writers, on_progress).read(catalog, low_bounds, request.asked)
            check_schema(snapshot.connection, catalog)
            writers.warn_of_nul_bytes()
            manifest = Manifest(
                extract_id=extract_id,
                mode=request.mode,
                source_version=snapshot.server_version,
                snapshot_at=snapshot.taken_at,
                horizon=snapshot.horizon.at,
                low_bounds=low_bounds,
                only_asked=tuple(table for table in catalog if table not in low_bounds),
                asked={table: sorted(set(keys)) for table, keys in request.asked.items()},
                nul_bytes=writers.nul_bytes,
                catalog=catalog.fingerprint,
                parts=writers.parts,
            )
            return seal(directory, manifest)


def _low_bounds(request: ExtractRequest, catalog: Catalog, overlap: timedelta) -> dict[str, datetime | None]:
    """The inclusive low bound of each table; None where it is read whole. An order's tables are whole together.

    A selective load's are the reference tables alone: of the others only asked rows are read.
    """
    if request.mode.is_selective:
        return {table.name: None for table in catalog.values() if table.reading is Reading.WHOLE}

    def low(table: Table) -> datetime | None:
        watermark = request.watermarks.get(table.name)
        if request.mode is Mode.FULL or table.reading is Reading.WHOLE or watermark is None:
            return None
        return watermark - overlap

    bounds = {table.name: low(table) for table in catalog.values()}
    of_orders = [table.name for table in _order_tables(catalog)]
    if any(bounds[name] is None for name in of_orders):
        bounds |= dict.fromkeys(of_orders)
    return bounds


def _set_back(request: ExtractRequest, snapshot: Snapshot, settings: Settings) -> timedelta:
    """How far the source's clock went back since the watermarks were taken: later changes may be stamped that far below them.

    Zero for what the overlap covers anyway: it may as well be the time that a load took to come here.
    """
    behind = request.clock_due - snapshot.taken_at if request.clock_due else timedelta(0)
    if behind <= settings.watermark_overlap:
        return timedelta(0)
    log.warning("the source's clock is %s behind where it should be: reading so much further below the watermarks", behind)
    return behind


def _order_tables(catalog: Catalog) -> list[Table]:
    return [table for table in catalog.values() if table.reading is Reading.WITH_ORDER]


class _Reader:
    """Reads pages inside the snapshot and hands their text to the writers."""

    def __init__(self, snapshot: Snapshot, page_rows: int, writers: PartWriters, on_progress: OnProgress) -> None:
        self._connection = snapshot.connection
        self._flavour = snapshot.flavour
        self._page_rows = page_rows
        self._writers = writers
        self._on_progress = on_progress

    def read(self, catalog: Catalog, low_bounds: Mapping[str, datetime | None], asked: AskedKeys) -> None:
        """Read every table of the catalogue: whole, or by the keys that changed or are asked for."""
        whole = {table for table, low in low_bounds.items() if low is None}
        for table in catalog.values():
            if table.name in whole:
                self._read_whole(table)
            elif table.reading is Reading.BY_CURSOR:
                self._read_by_key([table], table.key, low_bounds, asked.get(table.name, ()))
        by_order = [table for table in _order_tables(catalog) if table.name not in whole]
        if by_order:
            self._read_by_key(by_order, "order_id", low_bounds, asked.get("orders", ()))

    def _read_whole(self, table: Table) -> None:
        """Read range after range of keys. One of as many integers as a page has rows cannot hold more.

        Where that would leave a range half empty, for gaps in the keys or at their end, the index says how far the page reaches.
        """
        with typed_errors("Reading the order system"):
            estimate = self._connection.exec_driver_sql(rendering.estimated_rows(table)).scalar() or 0
        statement = rendering.extract_range(table, self._flavour)
        after, page, is_dense = _BELOW_ALL_KEYS, self._page_rows, False
        while after < _ABOVE_ALL_KEYS:
            upto = after + page if is_dense else self._key_further_on(table, after, page)
            rows, _, text = self._page(statement, {"after": after, "upto": upto})
            if _is_cut(text, rows):
                page = _halved(page, table, rows)
                continue
            self._take(table, rows, text, estimate)
            after, is_dense = upto, 2 * rows >= page

    def _key_further_on(self, table: Table, after: int, rows: int) -> int:
        with typed_errors("Reading the order system"):
            found = self._connection.execute(sa.text(rendering.key_of_row(table)), {"after": after, "skipped": rows - 1}).scalar()
        return _ABOVE_ALL_KEYS if found is None else int(found)

    def _read_by_key(self, tables: Sequence[Table], key: str, low_bounds: Mapping[str, datetime | None], asked: Sequence[int]) -> None:
        """Read the tables' rows of each key that changed since the low bounds, where there are any, or is asked for."""
        pages = [(table, rendering.extract_page(table, self._flavour, keys_of=key)) for table in tables]
        lows = {f"low_{table.name}": _without_zone(low_bounds[table.name]) for table in tables if table.name in low_bounds}
        changed = self._changed_keys(rendering.changed_keys(tables, key), lows) if lows else iter(())
        for keys in _chunks(heapq.merge(changed, sorted(asked)), _KEYS_PER_STATEMENT):
            for table, statement in pages:
                self._read_pages(table, statement, keys)

    def _changed_keys(self, statement: str, lows: Mapping[str, datetime]) -> Iterator[int]:
        after = _BELOW_ALL_KEYS
        while True:
            with typed_errors("Reading the keys of changed rows"):
                keys = self._connection.execute(sa.text(statement), {**lows, "after": after, "page": self._page_rows}).scalars().all()
            yield from keys
            if len(keys) < self._page_rows:
                return
            after = keys[-1]

    def _read_pages(self, table: Table, statement: str, keys: Sequence[int]) -> None:
        after, page = _BELOW_ALL_KEYS, self._page_rows
        while True:
            rows, last_key, text = self._page(statement, {"keys": keys, "after": after, "page": page})
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
            self._on_progress(table.name, writer.rows, estimate)

    def _page(self, statement: str, binds: Mapping[str, object]) -> tuple[int, int, bytes | None]:
        clause = sa.text(statement)
        if "keys" in binds:
            clause = clause.bindparams(sa.bindparam("keys", expanding=True))
        with typed_errors("Reading the order system"):
            rows, last_key, text = self._connection.execute(clause, binds).one()
        return rows, last_key, text


def _is_cut(text: bytes | None, rows: int) -> bool:
    return (text or b"").count(b"\n") != rows


def _without_zone(instant: datetime | None) -> datetime:
    """As the session, which is in UTC, writes it."""
    if instant is None:
        msg = "a table read by its changes has a low bound"
        raise ValueError(msg)
    return instant.astimezone(UTC).replace(tzinfo=None)


def _chunks(keys: Iterable[int], size: int) -> Iterator[list[int]]:
    """Sorted keys without repetitions, ``size`` at a time."""
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
