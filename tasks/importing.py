"""An export that MySQL made, as a task: read into a sealed extract in place of the order system."""

from prefect import get_run_logger, task

from tasks import connections
from tasks.artifacts import ExtractProgress
from tasks.retrying import STEP
from techmarket.extract.dump.request import ExportRequest
from techmarket.extract.dump.sealing import seal_export
from techmarket.ledger.batches import Batch
from techmarket.model.catalog import CATALOG
from techmarket.settings import load_settings


@task(task_run_name="read the export for batch {batch.batch_id}", **STEP)
def read_export(batch: Batch, request: ExportRequest) -> str:
    """Check an export and read it into a sealed extract, staged on the way; returns the extract's id."""
    progress = ExtractProgress(CATALOG)
    sealed = seal_export(request, connections.warehouse(), batch, catalog=CATALOG, settings=load_settings(), on_progress=progress)
    progress.finish()
    manifest = sealed.manifest
    get_run_logger().info(
        "Read %s rows from %s into extract %s", f"{sum(manifest.tables.values()):,}", request.directory, manifest.extract_id
    )
    return manifest.extract_id
