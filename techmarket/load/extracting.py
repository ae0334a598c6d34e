"""A batch's sealed extract, from the order system or a dump, staged while it is written."""

from contextlib import AbstractContextManager
from dataclasses import replace

import sqlalchemy as sa

from techmarket.db.driver_errors import typed_errors
from techmarket.db.engines import Databases
from techmarket.errors import ConfigurationError
from techmarket.extract.dump.importing import extract_export
from techmarket.extract.dump.request import ExportRequest
from techmarket.extract.live import ExtractRequest, extract
from techmarket.extract.sealed import SealedExtract, new_extract_id, remove_old
from techmarket.ledger.batches import Batch, newest_snapshot
from techmarket.ledger.source_history import source_history
from techmarket.model.progress import SILENT, Progress
from techmarket.model.requested_keys import NOTHING, RequestedKeys
from techmarket.project import Project
from techmarket.quality.quarantine.record import open_reject_keys
from techmarket.staging.stage import Parts, PartStream, staging_stream


def extract_batch(
    databases: Databases,
    batch: Batch,
    project: Project,
    *,
    requested_keys: RequestedKeys = NOTHING,
    progress: Progress = SILENT,
    stream: PartStream = staging_stream,
) -> SealedExtract:
    """Remove old extracts, and read a new one; ``stream`` stages the parts.

    A selective mode reads the ``requested_keys``, others read changes and rows in quarantine.
    """
    request = _request(databases.warehouse, batch, project, requested_keys)
    extract_id = _next_extract(project)
    with _streamed(stream, databases.warehouse, batch, project, extract_id) as parts:
        return extract(databases.source, request, project, extract_id=extract_id, on_part=parts.put, progress=progress)


def extract_dump(
    request: ExportRequest, warehouse: sa.Engine, batch: Batch, project: Project, *, progress: Progress = SILENT
) -> SealedExtract:
    """Remove old extracts, and make one from a dump; stages its parts.

    Raises:
        ConfigurationError: the dump precedes the newest release or is from the future.
    """
    _require_timely(request, warehouse, batch)
    extract_id = _next_extract(project)
    with _streamed(staging_stream, warehouse, batch, project, extract_id) as parts:
        return extract_export(request, project, extract_id=extract_id, on_part=parts.put, progress=progress)


def _next_extract(project: Project) -> str:
    remove_old(project.settings.extract_dir, keep=project.settings.extracts_kept - 1)
    return new_extract_id()


def _streamed(stream: PartStream, warehouse: sa.Engine, batch: Batch, project: Project, extract_id: str) -> AbstractContextManager[Parts]:
    return stream(
        warehouse,
        batch_id=batch.batch_id,
        extract_id=extract_id,
        directory=project.settings.extract_dir / extract_id,
        catalog=project.catalog,
        connections=project.settings.staging_connections,
    )


def _request(warehouse: sa.Engine, batch: Batch, project: Project, requested_keys: RequestedKeys) -> ExtractRequest:
    if requested_keys and not batch.mode.is_selective:
        msg = f"a load in mode {batch.mode} finds out by itself what to read; request keys in a selective mode"
        raise ValueError(msg)
    with typed_errors("Reading what the next extract must look for"), warehouse.connect() as connection:
        history = source_history(connection, batch.mode)
        keys = requested_keys if batch.mode.is_selective else open_reject_keys(connection, project.catalog)
        return ExtractRequest(batch.mode, batch.watermarks, keys, replace(history, state=None) if batch.new_source else history)


def _require_timely(request: ExportRequest, warehouse: sa.Engine, batch: Batch) -> None:
    """Refuse early what the release would refuse, or what would block later loads."""
    with typed_errors("Comparing the export with the newest release"), warehouse.connect() as connection:
        newest, now = newest_snapshot(connection, batch.mode), connection.scalar(sa.select(sa.func.now()))
    said = f"The export was taken at {request.taken_at.isoformat(sep=' ')}"
    if newest and request.taken_at < newest:
        msg = (
            f"{said}, before the newest release, which shows the source at {newest.isoformat(sep=' ')}: it would turn the warehouse back."
            " Nothing was read. Next: import an export that was begun after that instant."
        )
        raise ConfigurationError(msg)
    if now and request.taken_at > now:
        msg = f"{said}, which is still to come: it is {now.isoformat(sep=' ')}. Nothing was read. Next: correct --taken-at."
        raise ConfigurationError(msg)
