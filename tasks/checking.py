"""A check of the rules, and the Data Docs written anew, as tasks."""

from prefect import get_run_logger, runtime, task

from expectations import RULES
from tasks import connections
from tasks.extraction import open_extract
from tasks.retrying import STEP
from techmarket.ledger.batches import process_name
from techmarket.load.check import check
from techmarket.model.catalog import CATALOG
from techmarket.publish.quality_pages import rebuild_data_docs
from techmarket.publish.sales_report.publishing import publish_sales_report
from techmarket.quality.gate.report import GateReport
from techmarket.quality.rules.row_rules import Severity
from techmarket.settings import load_settings


@task(task_run_name="check the rules", **STEP)
def check_rules(extract_id: str | None, severities: dict[str, Severity]) -> GateReport:
    """Gate an extract, or what staging holds, without releasing anything."""
    report = check(
        connections.warehouse(),
        open_extract(extract_id) if extract_id else None,
        rules=RULES,
        catalog=CATALOG,
        settings=load_settings(),
        severities=severities,
        requested_by=f"{process_name()}, flow run {runtime.flow_run.id}",
    )
    get_run_logger().info("Check %d says %s", report.batch_id, report.headline())
    return report


@task(task_run_name="write the Data Docs anew", **STEP)
def rebuild_site() -> None:
    """Write every page of the Data Docs and the newest sales report anew."""
    publish_sales_report(connections.warehouse(), settings=load_settings())
    rebuilt = rebuild_data_docs(connections.warehouse(), rules=RULES, catalog=CATALOG, settings=load_settings())
    get_run_logger().info("Wrote %d loads and %d rejected rows: %s", rebuilt.loads, rebuilt.rejected_rows, rebuilt.address)
