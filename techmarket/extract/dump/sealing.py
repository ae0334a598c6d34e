"""An export as the extract of a batch: checked against the warehouse, then sealed, and staged on the way."""

import sqlalchemy as sa

from techmarket.db.driver_errors import typed_errors
from techmarket.errors import ConfigurationError
from techmarket.extract.dump.importing import extract_export
from techmarket.extract.dump.request import ExportRequest
from techmarket.extract.page_reader import OnProgress
from techmarket.extract.sealed import SealedExtract, new_extract_id, remove_old
from techmarket.ledger.batches import Batch
from techmarket.model.catalog import Catalog
from techmarket.release.release import newest_snapshot
from techmarket.settings import Settings
from techmarket.staging.stage import staging_stream


def seal_export(
    request: ExportRequest, warehouse: sa.Engine, batch: Batch, *, catalog: Catalog, settings: Settings, on_progress: OnProgress
) -> SealedExtract:
    """Make a sealed extract of an export, its parts staged as they are written; old extracts go first.

    Raises:
        ConfigurationError: the export was taken before the newest release, or has yet to be taken.
    """
    _require_timely(request, warehouse, batch)
    remove_old(settings.extract_dir, keep=settings.extracts_kept - 1)
    extract_id = new_extract_id()
    with staging_stream(
        warehouse,
        batch_id=batch.batch_id,
        extract_id=extract_id,
        directory=settings.extract_dir / extract_id,
        catalog=catalog,
        connections=settings.staging_connections,
    ) as parts:
        return extract_export(
            request, extract_id=extract_id, catalog=catalog, settings=settings, on_part=parts.put, on_progress=on_progress
        )


def _require_timely(request: ExportRequest, warehouse: sa.Engine, batch: Batch) -> None:
    """Refuse before anything is read what the release would refuse, or what would keep every later load out."""
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
