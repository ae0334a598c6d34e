"""The sealed extract of a flow run: read from the order system once, however often the run is tried."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

from prefect import get_run_logger, task
from prefect.cache_policies import CacheKeyFnPolicy
from prefect.concurrency.sync import concurrency
from prefect.context import TaskRunContext
from prefect.transactions import Transaction

from tasks import connections
from tasks.artifacts import ExtractProgress
from tasks.cluster import cluster
from tasks.retrying import RETRIED
from techmarket.errors import ConcurrentRunError, IntegrityError
from techmarket.extract.sealed import SealedExtract, open_sealed
from techmarket.ledger.batches import Batch
from techmarket.load.load import extract_batch
from techmarket.model.catalog import CATALOG
from techmarket.settings import load_settings

READERS_LIMIT = "techmarket-oltp-readers"
"""Prefect's concurrency limit on extracts, so that parallel runs do not weigh on the order system; none applies until bootstrap."""

_WORTH_REUSING = timedelta(hours=12)
_LONGEST_WAIT = timedelta(minutes=10)


def extract_key(context: TaskRunContext, arguments: dict[str, Any]) -> str | None:
    """Cache key: the same flow run, mode and state of the warehouse. One that moved on, or back, never meets an old extract.

    Watermarks alone would not tell: a writer that stays open in the source holds them where they are, release after release.
    """
    batch: Batch = arguments["batch"]
    watermarks = sorted((table, at and at.isoformat()) for table, at in batch.watermarks.items())
    digest = hashlib.sha256(repr((batch.newest_release, watermarks)).encode()).hexdigest()[:16]
    flow_run_id = context.task_run.flow_run_id
    return f"techmarket-extract-{flow_run_id}-{batch.mode}-{digest}" if flow_run_id else None


@task(
    task_run_name="read the order system for batch {batch.batch_id}",
    **RETRIED,
    cache_policy=CacheKeyFnPolicy(cache_key_fn=extract_key),
    cache_expiration=_WORTH_REUSING,
    persist_result=True,
    result_serializer="json",
)
def extract_source(batch: Batch) -> str:
    """Read what the batch needs into a sealed extract, staged on the way; returns the extract's id."""
    progress = ExtractProgress(CATALOG)
    source, warehouse, settings = connections.source(), connections.warehouse(), load_settings()
    with reader_slot():
        sealed = extract_batch(source, warehouse, batch, catalog=CATALOG, settings=settings, on_progress=progress, stream=cluster().stream)
    progress.finish()
    manifest = sealed.manifest
    get_run_logger().info("Read %s rows from the order system into extract %s", f"{sum(manifest.tables.values()):,}", manifest.extract_id)
    return manifest.extract_id


@extract_source.on_rollback
def name_the_full_storage(transaction: Transaction) -> None:
    """Prefect goes on when it cannot keep a result, and its message does not say where."""
    storage = transaction.store and transaction.store.result_storage
    get_run_logger().warning(
        "Prefect's result storage %s did not keep which extract this run has sealed. The load goes on; a retry of this run would read the "
        "order system again. Next: free space there, and let this user write there.",
        getattr(storage, "basepath", storage),
    )


@contextmanager
def reader_slot(*, longest_wait: timedelta = _LONGEST_WAIT) -> Iterator[None]:
    """Be one of the extracts that may read the order system at once, for as long as the block runs.

    Raises:
        ConcurrentRunError: none of the others ended in time. Not one to retry: the load would hold the warehouse while it waits again.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(concurrency(READERS_LIMIT, timeout_seconds=longest_wait.total_seconds()))
        except TimeoutError as exc:
            msg = (
                f"Prefect's concurrency limit {READERS_LIMIT} was full for {longest_wait}: other extracts read the order system. "
                f"Next: wait for them to end, or raise it: prefect gcl update {READERS_LIMIT} --limit N, then run again."
            )
            raise ConcurrentRunError(msg) from exc
        yield


def sealed_extract(batch: Batch) -> str:
    """The id of the batch's extract: the one that an earlier attempt of this flow run sealed while it is whole, else a new one."""
    extract_id = cluster().run(extract_source, batch=batch)
    try:
        open_extract(extract_id)
    except IntegrityError as exc:
        get_run_logger().warning("The extract of an earlier attempt cannot be used, the order system is read again. %s", exc)
        return cluster().run(extract_source.with_options(refresh_cache=True), batch=batch)
    return extract_id


def open_extract(extract_id: str) -> SealedExtract:
    """Open a sealed extract by its id.

    Raises:
        IntegrityError: it is gone or damaged.
    """
    return open_sealed(load_settings().extract_dir / extract_id, CATALOG)


def discard_extract(extract_id: str) -> None:
    """Remove an extract whose data must not be tried again."""
    shutil.rmtree(load_settings().extract_dir / extract_id, ignore_errors=True)
