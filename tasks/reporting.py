"""The sales report, as a task."""

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact

from tasks import connections
from tasks.retrying import REPORT
from techmarket.publish.sales_report.publishing import publish_sales_report
from techmarket.settings import load_settings


@task(task_run_name="publish the sales report", **REPORT)
def publish_report_of_sales() -> None:
    """Write the sales report as the release has left the warehouse, and an artifact that leads to it."""
    page_url = publish_sales_report(connections.warehouse(), settings=load_settings())
    told = f"[The sales report]({page_url})" if page_url else "The sales report could not be written, see the log."
    create_markdown_artifact(told, key="sales-report", description="Sales after the newest release")
    get_run_logger().info("Published the sales report: %s", page_url or "not written")
