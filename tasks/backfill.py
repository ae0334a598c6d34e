"""A backfill as its parent run sees it: the windows of the ledger, and what they came to."""

from collections.abc import Mapping

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact

from tasks.runtime import connections
from tasks.runtime.project import requested_by
from tasks.runtime.retries import REPORT, STEP
from techmarket.backfill.ledger import Backfill, open_backfill, window_states
from techmarket.backfill.report import BackfillReport
from techmarket.backfill.windows import BackfillRange, Window


@task(task_run_name="open the backfill of {wanted}", **STEP)
def begin_backfill(wanted: BackfillRange, *, restart: bool) -> Backfill:
    """Open the backfill in the ledger, or find the one that an earlier run left unfinished."""
    backfill = open_backfill(connections.warehouse(), wanted, requested_by=requested_by(), restart=restart)
    get_run_logger().info("%s backfill %d of %s", "Going on with" if backfill.is_resumed else "Opened", backfill.backfill_id, wanted)
    return backfill


@task(task_run_name="find the windows that are left", **STEP)
def windows_left(backfill: Backfill) -> list[Window]:
    """The windows that are not released yet."""
    states = window_states(connections.warehouse(), backfill.backfill_id)
    left = [state.window for state in states if not state.is_released]
    get_run_logger().info("%d of %d windows are left to do", len(left), len(states))
    return left


@task(task_run_name="sum the backfill up", **STEP)
def summarise(backfill: Backfill, failed: Mapping[Window, str]) -> BackfillReport:
    """What the ledger says of every window, with what stopped those that failed."""
    report = BackfillReport(backfill, window_states(connections.warehouse(), backfill.backfill_id), failed)
    get_run_logger().info("%s %s", report.headline(), " ".join(report.proof()))
    return report


@task(task_run_name="publish the summary", **REPORT)
def publish_summary(report: BackfillReport) -> None:
    """Show the windows and the proof that the period is what it was, or that it is not."""
    create_markdown_artifact(report.markdown(), key="backfill-summary", description=report.headline())
    get_run_logger().info("Published the summary of backfill %d", report.backfill.backfill_id)
