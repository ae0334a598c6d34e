"""The main job: loads the order system's changes into the warehouse, all or nothing."""

from functools import partial
from typing import Literal

from prefect import flow
from pydantic import BaseModel, Field

from flows.forms import FORM
from flows.steps import RunSeverities, TaskSteps, extract_live
from tasks.runtime.batch import opened_batch
from techmarket.load.steps import run_load
from techmarket.model.modes import Mode
from techmarket.project import LoadRequest


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

    Reads the order system at one instant, checks every row, and releases all in one transaction, or nothing. Returns the batch's number
    in dwh.load_batches.
    """
    request = LoadRequest(options.mode, allow_mass_delete=options.allow_mass_delete, severities=options.severities)
    with opened_batch(request.mode) as batch:
        run_load(batch, partial(extract_live, request=request), TaskSteps(request))
    return batch.batch_id
