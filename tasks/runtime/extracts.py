"""Sealed extracts by id."""

import hashlib
import shutil
from typing import Any

from prefect.context import TaskRunContext

from tasks.runtime.project import project
from techmarket.extract.sealed import SealedExtract, open_sealed
from techmarket.ledger.batches import Batch


def open_extract(extract_id: str) -> SealedExtract:
    """Open a sealed extract.

    Raises:
        IntegrityError: it is gone or damaged.
    """
    now = project()
    return open_sealed(now.settings.extract_dir / extract_id, now.catalog)


def discard_extract(extract: SealedExtract) -> None:
    """Remove an extract."""
    shutil.rmtree(extract.directory, ignore_errors=True)


def extract_key(context: TaskRunContext, arguments: dict[str, Any]) -> str | None:
    """Cache key: flow run, mode, requested keys and newest release.

    Watermarks do not suffice: a long transaction in the source keeps them unchanged over several releases.
    """
    batch: Batch = arguments["batch"]
    watermarks = sorted((table, at and at.isoformat()) for table, at in batch.watermarks.items())
    requested = sorted((table, sorted(keys)) for table, keys in arguments["requested_keys"].items())
    digest = hashlib.sha256(repr((batch.newest_release, watermarks, requested)).encode()).hexdigest()[:16]
    flow_run_id = context.task_run.flow_run_id
    return f"techmarket-extract-{flow_run_id}-{batch.mode}-{digest}" if flow_run_id else None
