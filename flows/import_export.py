"""The way around an order system that cannot be reached: carry an export that MySQL made into the warehouse."""

from datetime import datetime
from pathlib import Path

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from flows.promoting import RunSeverities, promote
from tasks.batch import opened_batch
from tasks.importing import read_export
from tasks.releasing import publish_certificate
from techmarket.exports.request import ExportRequest, Form
from techmarket.modes import Mode


class ExportOptions(BaseModel):
    """What the export's files do not tell, where it is not the usual."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    time_zone: str | None = Field(
        None,
        title="Time zone of the export",
        description="Of the session that wrote it, such as Europe/Kyiv or +02:00. Without: UTC, which mysqldump sets.",
    )
    form: Form | None = Field(None, title="Format", description="tab or csv. Without, the first line of each file is looked at.")
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
        directory: Where the export lies, as the worker sees it.
        taken_at: When the export began, with its time zone: everything committed before is in it.
        options: How the export differs from a usual one.

    Returns:
        The batch's number in dwh.load_batches.
    """
    files = options.model_dump(exclude={"allow_mass_delete", "severities"})
    request = ExportRequest(directory=directory, taken_at=taken_at, **files)
    with opened_batch(Mode.FULL) as batch:
        extract_id = read_export(batch, request)
        certificate = promote(batch.batch_id, extract_id, allow_mass_delete=options.allow_mass_delete, severities=options.severities)
    publish_certificate(certificate, return_state=True)
    return batch.batch_id
