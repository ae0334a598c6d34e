"""Read the order system at one instant into a sealed extract.

MySQL renders COPY text, a page of keys at a time (docs/adr/0001); Python passes the bytes on.
"""

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from techmarket.extract.directory import disk_errors, make_private, removed_unless_sealed
from techmarket.extract.page_reader import OnRows, PageReader
from techmarket.extract.parallel_reading import read_whole
from techmarket.extract.part_writers import OnPart, PartWriters
from techmarket.extract.sealed import WHOLE, Manifest, SealedExtract, TableRead, seal
from techmarket.extract.snapshot import NO_ADVANCE, Snapshot, open_snapshot
from techmarket.extract.source_identity import identify, require_same_tables, set_back
from techmarket.model.catalog import Catalog, Reading, Table
from techmarket.model.modes import Extent, Mode
from techmarket.model.progress import SILENT, Progress
from techmarket.model.requested_keys import RequestedKeys, require_requestable
from techmarket.model.source_state import NO_HISTORY, SourceHistory
from techmarket.project import Project
from techmarket.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ExtractRequest:
    """The mode, each table's watermark (None: never loaded), the requested keys, and what the source is compared with."""

    mode: Mode
    watermarks: Mapping[str, datetime | None]
    requested_keys: RequestedKeys
    history: SourceHistory = NO_HISTORY


def extract(
    source: sa.Engine,
    request: ExtractRequest,
    project: Project,
    *,
    extract_id: str,
    on_part: OnPart = lambda _part, _text: None,
    progress: Progress = SILENT,
) -> SealedExtract:
    """Seal the catalogue's tables from one snapshot below ``settings.extract_dir``.

    ``on_part`` receives each complete part before the extract is sealed.

    Raises:
        SchemaDriftError: the schema breaks the contract, before or after the read.
        OtherSourceError, SourceWentBackError, SourceClockError: the source is not the one that was read last, as it was left.
        IntegrityError: a page does not hold the rows it counts.
        ConfigurationError, TransientError: the source fails, or the disk is full.
    """
    catalog, settings = project.catalog, project.settings
    require_requestable(request.requested_keys, catalog)
    directory = settings.extract_dir / extract_id
    # Of these modes, the guard against mass deletion counts exactly what is gone.
    state = identify(source, request.history, project, may_be_gone=request.mode in {Mode.FULL, Mode.REPAIR})
    with open_snapshot(source, settings, connections=settings.source_connections) as snapshot, disk_errors(directory):
        reads = _reads(request, catalog, settings.watermark_overlap + _set_back(request, snapshot, settings))
        make_private(directory)
        with removed_unless_sealed(directory):
            with PartWriters(directory, settings.part_bytes, on_part) as writers:
                tell = _one_at_a_time(progress)
                readers = [PageReader(connection, settings.page_rows, writers, tell) for connection in snapshot.connections]
                _read(readers, catalog, reads, request.requested_keys)
            require_same_tables(source, catalog, state)
            writers.warn_of_nul_bytes()
            manifest = Manifest(
                extract_id=extract_id,
                mode=request.mode,
                source_version=snapshot.server_version,
                snapshot_at=snapshot.taken_at,
                horizon=_horizon(request, snapshot),
                reads=reads,
                requested_keys={table: sorted(set(keys)) for table, keys in request.requested_keys.items()},
                nul_bytes=writers.nul_bytes,
                catalog=catalog.fingerprint,
                parts=writers.parts,
                source=state,
            )
            return seal(directory, manifest)


def _reads(request: ExtractRequest, catalog: Catalog, overlap: timedelta) -> dict[str, TableRead]:
    """If one order table is read whole, all are. A selective load reads whole the reference tables only."""

    def read(table: Table) -> TableRead:
        watermark = request.watermarks.get(table.name)
        if table.reading is Reading.WHOLE or request.mode is Mode.FULL:
            return WHOLE
        if request.mode.is_selective:
            return TableRead(Extent.REQUESTED)
        return TableRead(Extent.CHANGES, watermark - overlap) if watermark else WHOLE

    reads = {table.name: read(table) for table in catalog.values()}
    of_orders = [table.name for table in _order_tables(catalog)]
    if any(reads[name] == WHOLE for name in of_orders):
        reads |= dict.fromkeys(of_orders, WHOLE)
    return reads


def _set_back(request: ExtractRequest, snapshot: Snapshot, settings: Settings) -> timedelta:
    behind = set_back(request.history, snapshot.taken_at, settings)
    if behind:
        log.warning("the source's clock is %s behind where it should be: reading so much further below the watermarks", behind)
    return behind


def _horizon(request: ExtractRequest, snapshot: Snapshot) -> datetime:
    """The lowest watermark if it must not advance."""
    watermarks = [watermark for watermark in request.watermarks.values() if watermark]
    return min(watermarks) if watermarks and snapshot.horizon.at == NO_ADVANCE else snapshot.horizon.at


def _order_tables(catalog: Catalog) -> list[Table]:
    return [table for table in catalog.values() if table.reading is Reading.WITH_ORDER]


def _read(readers: Sequence[PageReader], catalog: Catalog, reads: Mapping[str, TableRead], requested_keys: RequestedKeys) -> None:
    whole = {table for table, read in reads.items() if read == WHOLE}
    since = {table: read.since for table, read in reads.items() if read.since}
    read_whole((table for table in catalog.values() if table.name in whole), readers)
    for table in catalog.values():
        if table.name not in whole and table.reading is Reading.BY_CURSOR:
            readers[0].read_by_key([table], table.key, since, requested_keys.get(table.name, ()))
    by_order = [table for table in _order_tables(catalog) if table.name not in whole]
    if by_order:
        readers[0].read_by_key(by_order, "order_id", since, requested_keys.get("orders", ()))


def _one_at_a_time(progress: Progress) -> OnRows:
    telling = threading.Lock()

    def tell(table: str, rows: int, estimate: int) -> None:
        with telling:
            progress.count(table, rows, estimate)

    return tell
