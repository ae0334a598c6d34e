"""The comparison of source and warehouse as tasks: compare, repair what differs, and show people what was found."""

from prefect import get_run_logger, runtime, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from expectations import RULES
from tasks import connections
from tasks.artifacts import ExtractProgress
from tasks.extraction import reader_slot
from tasks.retrying import REPORT, STEP
from techmarket.ledger.batches import process_name
from techmarket.load.load import load
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.model.requested_keys import AskedKeys
from techmarket.reconcile.markdown import verdict_markdown
from techmarket.reconcile.report import MOST_LISTED, ReconcileReport
from techmarket.reconcile.run import compare_warehouse
from techmarket.settings import load_settings


@task(task_run_name="compare source and warehouse", **STEP)
def compare_with_source() -> ReconcileReport:
    """Compare every line, payment and customer of the warehouse with the order system, while no load runs."""
    requested_by = f"{process_name()}, flow run {runtime.flow_run.id}"
    source, warehouse = connections.source(), connections.warehouse()
    with reader_slot():
        report = compare_warehouse(source, warehouse, catalog=CATALOG, settings=load_settings(), requested_by=requested_by)
    get_run_logger().info(report.verdict())
    return report


@task(task_run_name="repair the rows that differ", **STEP)
def repair_rows(asked: AskedKeys, *, allow_mass_delete: bool) -> int:
    """Load exactly the asked orders and customers again; returns the batch's number."""
    with reader_slot():
        result = load(
            connections.source(),
            connections.warehouse(),
            mode=Mode.REPAIR,
            asked=asked,
            rules=RULES,
            catalog=CATALOG,
            settings=load_settings(),
            on_progress=ExtractProgress(CATALOG),
            allow_mass_delete=allow_mass_delete,
        )
    get_run_logger().info("Batch %d repaired %d orders and customers", result.batch_id, sum(map(len, asked.values())))
    return result.batch_id


@task(task_run_name="publish the comparison", **REPORT)
def publish_comparison(report: ReconcileReport, *, repaired_by: int | None = None) -> None:
    """Show the verdict, and the rows that differ."""
    create_markdown_artifact(verdict_markdown(report, repaired_by=repaired_by), key="reconcile-verdict", description=report.verdict())
    listed = report.listed()
    which = "The first" if len(listed) == MOST_LISTED else "All"
    create_table_artifact(listed, key="reconcile-rows", description=f"{which} {len(listed)} rows that differ, drift first")
    get_run_logger().info("Published the comparison")
