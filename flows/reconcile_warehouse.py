"""Compares the warehouse with its source, and repairs differences on request."""

from functools import partial

from prefect import flow
from pydantic import BaseModel, Field

from flows.forms import FORM
from flows.steps import TaskSteps, extract_live
from tasks.reconcile import compare_with_source, publish_comparison
from tasks.runtime.batch import opened_batch
from techmarket.load.steps import run_load
from techmarket.reconcile.repair import repair_request


class ReconcileOptions(BaseModel):
    """What to do with rows that differ."""

    model_config = FORM

    repair: bool = Field(
        default=False,
        title="Repair",
        description=(
            "Load exactly the rows again that differ, through the same checks and release as every load, and compare once more. "
            "Without it nothing is changed, and the run fails when rows differ that no routine load will mend."
        ),
    )
    allow_mass_delete: bool = Field(
        default=False,
        title="Allow mass deletion",
        description=(
            "WARNING: with repair, removes rows from the warehouse however many are missing in the source. Without it, a repair that "
            "would remove an unusual share is refused, which protects from an emptied or half-restored source."
        ),
    )

    @property
    def purpose(self) -> str:
        """The run's purpose, for its name."""
        return "compare and repair" if self.repair else "compare only"


COMPARE_ONLY = ReconcileOptions()


@flow(name="reconcile-warehouse", flow_run_name="{options.purpose}")
def reconcile_warehouse(options: ReconcileOptions = COMPARE_ONLY) -> None:
    """Prove that the warehouse equals the source, or find the rows that differ.

    Both databases hash lines, payments and customers by ranges of keys; unequal ranges are split down to rows. Rows that the next load
    brings, and rows in quarantine, count separately. Fails if rows differ that no routine load repairs, unless it repaired them.
    """
    report = compare_with_source()
    publish_comparison(report, return_state=True)  # returns a state: a failure to publish is shown, not raised
    if options.repair and report.drift:
        request = repair_request(report, allow_mass_delete=options.allow_mass_delete)
        with opened_batch(request.mode) as batch:
            run_load(batch, partial(extract_live, request=request), TaskSteps(request))
        report = compare_with_source()
        publish_comparison(report, repaired_by=batch.batch_id, return_state=True)
    report.require_equal()
