"""The release as a task, and what it leaves for people to see."""

from prefect import get_run_logger, task
from prefect.artifacts import create_table_artifact

from tasks import connections
from tasks.artifacts import certificate_rows, summary_rows
from tasks.extraction import open_extract
from tasks.retrying import REPORT, STEP
from techmarket.catalog import CATALOG
from techmarket.certificate import Certificate
from techmarket.quality.report import GateReport
from techmarket.release import release
from techmarket.settings import load_settings


@task(**STEP)
def release_batch(batch_id: int, extract_id: str, report: GateReport, *, allow_mass_delete: bool) -> Certificate:
    """Bring the warehouse to the extract's instant in one transaction, proved before it commits."""
    certificate = release(
        connections.warehouse(),
        batch_id=batch_id,
        manifest=open_extract(extract_id).manifest,
        report=report,
        catalog=CATALOG,
        settings=load_settings(),
        allow_mass_delete=allow_mass_delete,
    )
    merged = sum(count.merged for count in certificate.tables)
    get_run_logger().info("Released batch %d: %d rows written, the certificate balances", batch_id, merged)
    return certificate


@task(**REPORT)
def publish_certificate(certificate: Certificate) -> None:
    """Show what became of every row, and the proof that none was lost."""
    of_batch = f"batch {certificate.batch_id}, extract {certificate.extract_id}"
    create_table_artifact(summary_rows(certificate), key="load-summary", description=f"Rows by table: {of_batch}")
    create_table_artifact(certificate_rows(certificate), key="certificate", description=f"Certificate: {of_batch}")
    get_run_logger().info("Published the load summary and the certificate")
