"""A load without an orchestrator."""

from functools import partial

import sqlalchemy as sa

from techmarket.db.engines import Databases
from techmarket.extract.dump.request import ExportRequest
from techmarket.ledger.batches import load_batch, process_name
from techmarket.load.extracting import extract_batch, extract_dump
from techmarket.load.steps import DirectSteps, LoadResult, run_load
from techmarket.model.modes import Mode
from techmarket.model.progress import SILENT, Progress
from techmarket.project import LoadRequest, Project
from techmarket.quality.rules.severities import with_severities

ROUTINE = LoadRequest()


def load(databases: Databases, project: Project, request: LoadRequest = ROUTINE, *, progress: Progress = SILENT) -> LoadResult:
    """Load one batch from the order system into the warehouse, whole or not at all.

    Raises:
        TechMarketError: its class says what to do; nothing is half loaded.
    """
    with_severities(project.rules, request.severities)  # a misspelt rule is refused before the source is read
    with load_batch(databases.warehouse, request.mode, requested_by=process_name(), new_source=request.new_source) as batch:
        extract = partial(extract_batch, databases, project=project, requested_keys=request.requested_keys, progress=progress)
        return run_load(batch, extract, DirectSteps(databases.warehouse, project, request, progress))


def import_export(
    export: ExportRequest, warehouse: sa.Engine, project: Project, request: LoadRequest = ROUTINE, *, progress: Progress = SILENT
) -> LoadResult:
    """Load an export that MySQL made, like a full load, whatever ``request``'s mode.

    Raises:
        TechMarketError: its class says what to do; nothing is half loaded.
    """
    with_severities(project.rules, request.severities)  # a misspelt rule is refused before the export is read
    with load_batch(warehouse, Mode.FULL, requested_by=process_name()) as batch:
        extract = partial(extract_dump, export, warehouse, project=project, progress=progress)
        return run_load(batch, extract, DirectSteps(warehouse, project, request, progress))
