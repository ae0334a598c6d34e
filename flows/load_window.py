"""One window of a backfill: read on any worker beside other loads, then loaded in its turn."""

from datetime import date

from prefect import flow
from pydantic import BaseModel, Field

from flows.forms import FORM
from flows.steps import WindowTaskSteps
from techmarket.backfill.replay import run_window
from techmarket.backfill.windows import Window
from techmarket.model.modes import Mode
from techmarket.project import LoadRequest


class WindowOptions(BaseModel):
    """The window, as its backfill declares it."""

    model_config = FORM

    backfill_id: int = Field(title="Backfill", description="Number of the backfill in dwh.backfills that the window belongs to.")
    start: date = Field(title="First day", description="First order date of the window, in business time.")
    end: date = Field(title="Day after the last", description="First order date that is no longer in the window.")
    allow_mass_delete: bool = Field(
        default=False,
        title="Allow mass deletion",
        description="WARNING: removes rows of the window from the warehouse however many are missing in the source.",
    )

    @property
    def days(self) -> Window:
        """The window itself."""
        return Window(self.start, self.end)


@flow(name="load-window", flow_run_name="window {window.start} to {window.end}")
def load_window(window: WindowOptions) -> None:
    """Bring the window's orders to the order system's state in one transaction, or change nothing."""
    request = LoadRequest(Mode.BACKFILL, allow_mass_delete=window.allow_mass_delete)
    run_window(window.days, WindowTaskSteps(request, window.backfill_id))
