"""What people see of a load. A failure here does not fail the load."""

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from tasks.runtime import connections
from tasks.runtime.artifacts import certificate_rows
from tasks.runtime.project import project
from tasks.runtime.retries import REPORT, STEP
from techmarket.publish.quality_pages import publish_rejects, rebuild_data_docs
from techmarket.publish.sales_report.publishing import publish_sales_report
from techmarket.release.certificate import Certificate


@task(task_run_name="publish the sales report", **REPORT)
def publish_sales() -> str | None:
    """Write the sales report after the release and an artifact with its address; returns the address."""
    page_url = publish_sales_report(connections.warehouse(), settings=project().settings)
    told = f"[The sales report]({page_url})" if page_url else "The sales report could not be written, see the log."
    create_markdown_artifact(told, key="sales-report", description="Sales after the newest release")
    get_run_logger().info("Published the sales report: %s", page_url or "not written")
    return page_url


@task(task_run_name="publish the rejected rows", **REPORT)
def publish_quarantine() -> None:
    """Write the page of rejected rows after the release."""
    page_url = publish_rejects(connections.warehouse(), project())
    get_run_logger().info("Published the rejected rows: %s", page_url or "without a page in the Data Docs")


@task(task_run_name="publish the certificate", **REPORT)
def publish_certificate(certificate: Certificate) -> None:
    """Publish the proof that no row was lost, doubled or altered."""
    proofs = certificate_rows(certificate)
    held = sum(proof["holds"] == "yes" for proof in proofs)
    found = f"Batch {certificate.batch_id}: {held} of {len(proofs)} proofs hold; extract {certificate.extract_id}"
    create_table_artifact(proofs, key="certificate", description=found)
    get_run_logger().info("Published the certificate: %d of %d proofs hold", held, len(proofs))


@task(task_run_name="write the Data Docs again", **STEP)
def rebuild_site() -> None:
    """Write every page of the Data Docs and the newest sales report again."""
    publish_sales_report(connections.warehouse(), settings=project().settings)
    rebuilt = rebuild_data_docs(connections.warehouse(), project())
    get_run_logger().info("Wrote %d loads and %d rejected rows: %s", rebuilt.loads, rebuilt.rejected_rows, rebuilt.address)
