"""An export that MySQL made, as a task: read into a sealed extract in place of the order system."""

from prefect import get_run_logger, task

from tasks import connections
from tasks.artifacts import ExtractProgress
from tasks.retrying import STEP
from techmarket.batches import Batch
from techmarket.catalog import CATALOG
from techmarket.exports.request import ExportRequest
from techmarket.exports.sealing import seal_export
from techmarket.settings import load_settings


@task(**STEP)
def read_export(batch: Batch, request: ExportRequest) -> str:
    """Check an export and read it into a sealed extract, staged on the way; returns the extract's id."""
    progress = ExtractProgress()
    sealed = seal_export(request, connections.warehouse(), batch, catalog=CATALOG, settings=load_settings(), on_progress=progress)
    progress.finish()
    manifest = sealed.manifest
    get_run_logger().info("Read %d rows from %s into extract %s", sum(manifest.tables.values()), request.directory, manifest.extract_id)
    return manifest.extract_id
