"""Replays a range of order dates in windows, which all workers read at once and load in turn."""

from datetime import date
from typing import Self

from prefect import flow
from pydantic import BaseModel, Field, model_validator

from flows.forms import FORM
from tasks.backfill import begin_backfill, publish_summary, summarise, windows_left
from tasks.runtime.window_runs import run_windows
from techmarket.backfill.windows import WINDOW_SIZE, BackfillRange
from techmarket.errors import ConfigurationError


class BackfillOptions(BaseModel):
    """What to replay, and how."""

    model_config = FORM

    start: date = Field(title="First day", description="First order date to replay, in business time, such as 2026-01-01.")
    end: date = Field(title="Day after the last", description="First order date that is no longer replayed, such as 2026-02-01.")
    window: str = Field(
        "month",
        title="Window",
        description="What the range is cut into, one load each: month, week, day, or a number of days such as '10 days'.",
        pattern=f"^({WINDOW_SIZE})$",
    )
    windows_at_once: int = Field(
        2,
        ge=1,
        le=50,
        title="Windows at once",
        description="How many windows run at once; they are read in parallel, loaded in turn.",
    )
    restart: bool = Field(
        default=False,
        title="Start afresh",
        description="Replay every window again. Without it, a backfill of this range that was not finished goes on where it stopped.",
    )
    allow_mass_delete: bool = Field(
        default=False,
        title="Allow mass deletion",
        description=(
            "WARNING: removes rows from the warehouse however many are missing in the source. Without it, a window that would remove "
            "an unusual share is refused, which protects from an emptied or half-restored source."
        ),
    )

    @property
    def range(self) -> BackfillRange:
        """What to replay."""
        return BackfillRange(self.start, self.end, self.window)

    @model_validator(mode="after")
    def _can_be_replayed(self) -> Self:
        try:
            _ = self.range
        except ConfigurationError as exc:
            raise ValueError(str(exc)) from exc
        return self


@flow(name="backfill-warehouse", flow_run_name="backfill {options.start} to {options.end} by {options.window}")
def backfill_warehouse(options: BackfillOptions) -> None:
    """Replay a range of order dates.

    Afterwards the warehouse has the range's orders as the order system has them. Watermarks do not move. A failed window does not stop
    the others; the same backfill, run again, resumes with the windows that are not released.
    """
    backfill = begin_backfill(options.range, restart=options.restart)
    windows = windows_left(backfill)
    failed = run_windows(backfill, windows, at_once=options.windows_at_once, allow_mass_delete=options.allow_mass_delete)
    report = summarise(backfill, failed)
    publish_summary(report, return_state=True)  # returns a state: a failure to publish is shown, not raised
    report.require_complete()
