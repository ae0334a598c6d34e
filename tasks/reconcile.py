"""The comparison of source and warehouse as tasks."""

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from tasks.runtime import connections
from tasks.runtime.project import project, requested_by
from tasks.runtime.reader_slot import reader_slot
from tasks.runtime.retries import REPORT, STEP
from techmarket.reconcile.markdown import verdict_markdown
from techmarket.reconcile.report import MOST_LISTED, ReconcileReport
from techmarket.reconcile.run import compare_warehouse


@task(task_run_name="compare source and warehouse", **STEP)
def compare_with_source() -> ReconcileReport:
    """Compare every line, payment and customer of the warehouse with the order system, under the load lock."""
    with reader_slot():
        report = compare_warehouse(connections.databases(), project(), requested_by=requested_by())
    get_run_logger().info(report.verdict())
    return report


@task(task_run_name="publish the comparison", **REPORT)
def publish_comparison(report: ReconcileReport, *, repaired_by: int | None = None) -> None:
    """Publish the verdict and the rows that differ."""
    create_markdown_artifact(verdict_markdown(report, repaired_by=repaired_by), key="reconcile-verdict", description=report.verdict())
    listed = report.listed()
    which = "The first" if len(listed) == MOST_LISTED else "All"
    create_table_artifact(listed, key="reconcile-rows", description=f"{which} {len(listed)} rows that differ, drift first")
    get_run_logger().info("Published the comparison")
