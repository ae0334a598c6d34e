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
    new_source: bool = Field(
        default=False,
        title="Accept the order system as it is",
        description=(
            "WARNING: makes the warehouse equal to the order system even if that is another one, was restored, or has other keys. Reads "
            "every row, and removes what the order system lacks. Use it only when a load was refused for that and somebody has decided."
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
    request = LoadRequest(
        Mode.FULL if options.new_source else options.mode,
        allow_mass_delete=options.allow_mass_delete,
        new_source=options.new_source,
        severities=options.severities,
    )
    with opened_batch(request.mode, new_source=request.new_source) as batch:
        run_load(batch, partial(extract_live, request=request), TaskSteps(request))
    return batch.batch_id
