"""Loads a MySQL export when the order system cannot be reached (docs/adr/0011-exports-as-a-source.md)."""

from datetime import datetime
from pathlib import Path
from typing import Literal

from prefect import flow
from pydantic import BaseModel, Field

from flows.forms import FORM
from flows.steps import RunSeverities, TaskSteps
from tasks.extract import read_export
from tasks.runtime.batch import opened_batch
from tasks.runtime.extracts import open_extract
from techmarket.extract.dump.request import ExportRequest, Form
from techmarket.load.steps import run_load
from techmarket.model.modes import Mode
from techmarket.project import LoadRequest


class ExportOptions(BaseModel):
    """Properties of the export that its files do not tell, if unusual."""

    model_config = FORM

    time_zone: str = Field(
        "",
        title="Time zone of the export",
        description="Of the session that wrote it, such as Europe/Kyiv or +02:00. Left empty: UTC, which mysqldump sets.",
    )
    form: Literal[Form.TAB, Form.CSV, "as it looks"] = Field(
        "as it looks", title="Format", description="How the files are written: tab, csv, or what the first line of each looks like."
    )
    catalog_order: bool = Field(
        default=False,
        title="Columns are in the catalogue's order",
        description="For files that do not name their columns. Columns of one type that changed places would not be noticed.",
    )
    without_checksums: bool = Field(
        default=False,
        title="Without checksums",
        description="WARNING: takes an export without SHA256SUMS. A file that lost its last lines on the way would not be noticed.",
    )
    allow_mass_delete: bool = Field(
        default=False,
        title="Allow mass deletion",
        description="WARNING: removes rows from the warehouse however many are missing in the export.",
    )
    severities: RunSeverities = {}


USUAL = ExportOptions()


@flow(name="import-export", flow_run_name="new batch from {directory}")
def import_export(directory: Path, taken_at: datetime, options: ExportOptions = USUAL) -> int:
    """Load an export, made by mysqldump --tab or SELECT … INTO OUTFILE, into the warehouse.

    Args:
        directory: Directory of the export, as the worker sees it.
        taken_at: When the export began, with its time zone: it contains everything committed before.
        options: How the export differs from a usual one.

    Returns:
        The batch's number in dwh.load_batches.
    """
    export = ExportRequest(
        directory=directory,
        taken_at=taken_at,
        time_zone=options.time_zone or None,
        form=None if options.form == "as it looks" else options.form,
        catalog_order=options.catalog_order,
        without_checksums=options.without_checksums,
    )
    request = LoadRequest(Mode.FULL, allow_mass_delete=options.allow_mass_delete, severities=options.severities)
    with opened_batch(request.mode) as batch:
        run_load(batch, lambda opened: open_extract(read_export(opened, export)), TaskSteps(request))
    return batch.batch_id
