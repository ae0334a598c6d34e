"""The main job: carry what changed in the order system into the warehouse, whole or not at all."""

from typing import Literal

from prefect import flow
from pydantic import BaseModel, Field

from flows.forms import FORM
from flows.promoting import RunSeverities, promote
from tasks.batch import opened_batch
from tasks.extraction import sealed_extract
from techmarket.model.modes import Mode


class LoadOptions(BaseModel):
    """How this load differs from a routine one."""

    model_config = FORM

    mode: Literal[Mode.INCREMENTAL, Mode.FULL] = Field(
        Mode.INCREMENTAL,
        title="How much to read",
        description="incremental: what changed since the last load. full: every row; it also finds orders deleted in the source.",
    )
    allow_mass_delete: bool = Field(
        default=False,
        title="Allow mass deletion",
        description=(
            "WARNING: removes rows from the warehouse however many are missing in the source. Without it, a load that would remove "
            "an unusual share is refused, which protects from an emptied or half-restored source."
        ),
    )
    severities: RunSeverities = {}


ROUTINE = LoadOptions()


@flow(name="load-warehouse", flow_run_name="new batch {options.mode}")
def load_warehouse(options: LoadOptions = ROUTINE) -> int:
    """Load one batch into the warehouse.

    Reads the order system at one instant, checks every row, and releases all of it in one transaction, or nothing.
    Returns the batch's number in dwh.load_batches.
    """
    with opened_batch(options.mode) as batch:
        extract_id = sealed_extract(batch)
        promote(batch.batch_id, extract_id, allow_mass_delete=options.allow_mass_delete, severities=options.severities)
    return batch.batch_id
