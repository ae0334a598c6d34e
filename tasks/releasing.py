"""The release as a task, and what it leaves for people to see."""

from prefect import get_run_logger, task
from prefect.artifacts import create_table_artifact

from tasks import connections
from tasks.artifacts import certificate_rows
from tasks.extraction import open_extract
from tasks.retrying import REPORT, STEP
from techmarket.model.catalog import CATALOG
from techmarket.quality.gate.report import GateReport
from techmarket.release.certificate import Certificate
from techmarket.release.release import release
from techmarket.settings import load_settings


@task(task_run_name="release batch {batch_id}", **STEP)
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
    get_run_logger().info("Released batch %d: %s rows written, the certificate balances", batch_id, f"{merged:,}")
    return certificate


@task(task_run_name="publish the certificate", **REPORT)
def publish_certificate(certificate: Certificate) -> None:
    """Show the proof that no row was lost, doubled or altered."""
    proofs = certificate_rows(certificate)
    held = sum(proof["holds"] == "yes" for proof in proofs)
    found = f"Batch {certificate.batch_id}: {held} of {len(proofs)} proofs hold; extract {certificate.extract_id}"
    create_table_artifact(proofs, key="certificate", description=found)
    get_run_logger().info("Published the certificate: %d of %d proofs hold", held, len(proofs))
