"""The extract as tasks: the source is read once, however often the run is retried."""

from datetime import timedelta

from prefect import get_run_logger, task
from prefect.cache_policies import CacheKeyFnPolicy
from prefect.transactions import Transaction

from tasks.runtime import connections
from tasks.runtime.artifacts import ExtractProgress
from tasks.runtime.cluster import cluster
from tasks.runtime.extracts import discard_extract, extract_key, open_extract
from tasks.runtime.project import project
from tasks.runtime.reader_slot import reader_slot
from tasks.runtime.retries import RETRIED, STEP
from techmarket.backfill.replay import extract_window, is_outdated
from techmarket.backfill.windows import Window
from techmarket.extract.dump.request import ExportRequest
from techmarket.extract.sealed import SealedExtract
from techmarket.ledger.batches import Batch
from techmarket.load.extracting import extract_batch, extract_dump
from techmarket.model.requested_keys import RequestedKeys

_WORTH_REUSING = timedelta(hours=12)


@task(
    task_run_name="read the order system for batch {batch.batch_id}",
    **RETRIED,
    cache_policy=CacheKeyFnPolicy(cache_key_fn=extract_key),
    cache_expiration=_WORTH_REUSING,
    persist_result=True,
    result_serializer="json",
)
def extract_source(batch: Batch, requested_keys: RequestedKeys) -> str:
    """Read what the batch needs into a sealed extract and stage it meanwhile; returns the extract's id."""
    progress, stream = ExtractProgress(project().catalog), cluster().stream
    with reader_slot():
        sealed = extract_batch(connections.databases(), batch, project(), requested_keys=requested_keys, progress=progress, stream=stream)
    return _told(sealed, progress, "the order system")


@extract_source.on_rollback
def name_the_full_storage(transaction: Transaction) -> None:
    """Log the storage's path: Prefect goes on when it cannot store a result, and does not say where."""
    storage = transaction.store and transaction.store.result_storage
    get_run_logger().warning(
        "Prefect's result storage %s did not keep which extract this run has sealed. The load goes on; a retry of this run would read the "
        "order system again. Next: free space there, and let this user write there.",
        getattr(storage, "basepath", storage),
    )


@task(task_run_name="read the export for batch {batch.batch_id}", **STEP)
def read_export(batch: Batch, request: ExportRequest) -> str:
    """Check an export, read it into a sealed extract and stage it meanwhile; returns the extract's id."""
    progress = ExtractProgress(project().catalog)
    sealed = extract_dump(request, connections.warehouse(), batch, project(), progress=progress)
    return _told(sealed, progress, str(request.directory))


@task(task_run_name="read the window {window}", **STEP)
def read_window(window: Window) -> str:
    """Read the window's orders into a sealed extract that waits for its turn; returns the extract's id."""
    progress = ExtractProgress(project().catalog)
    with reader_slot(longest_wait=project().settings.window_wait):
        sealed = extract_window(connections.databases(), project(), window, progress=progress)
    return _told(sealed, progress, f"the window {window}")


@task(task_run_name="read the window {window} again if it is outdated", **STEP)
def read_again_if_outdated(window: Window, extract_id: str) -> str:
    """The extract to load: the given one, or a new one if a later release outdated it."""
    extract, progress = open_extract(extract_id), ExtractProgress(project().catalog)
    if not is_outdated(connections.warehouse(), extract.manifest, window):
        return extract_id
    discard_extract(extract)
    with reader_slot():
        sealed = extract_window(connections.databases(), project(), window, progress=progress)
    return _told(sealed, progress, f"the window {window}")


def _told(sealed: SealedExtract, progress: ExtractProgress, read: str) -> str:
    progress.finish()
    manifest = sealed.manifest
    get_run_logger().info("Read %s rows from %s into extract %s", f"{sum(manifest.tables.values()):,}", read, manifest.extract_id)
    return manifest.extract_id
