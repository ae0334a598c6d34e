"""A backfill in its parent run: the ledger's windows and their outcome."""

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
    """Open the backfill in the ledger, or resume an unfinished one."""
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
    """Every window as the ledger has it, with the errors of this run."""
    report = BackfillReport(backfill, window_states(connections.warehouse(), backfill.backfill_id), failed)
    get_run_logger().info("%s %s", report.headline(), " ".join(report.proof()))
    return report


@task(task_run_name="publish the summary", **REPORT)
def publish_summary(report: BackfillReport) -> None:
    """Publish the windows, and whether the period's facts changed."""
    create_markdown_artifact(report.markdown(), key="backfill-summary", description=report.headline())
    get_run_logger().info("Published the summary of backfill %d", report.backfill.backfill_id)
