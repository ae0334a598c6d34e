"""The release as a task."""

from prefect import get_run_logger, task

from tasks.runtime import connections
from tasks.runtime.extracts import open_extract
from tasks.runtime.project import project
from tasks.runtime.retries import STEP
from techmarket.quality.gate.report import GateReport
from techmarket.release.certificate import Certificate
from techmarket.release.release import release


@task(task_run_name="release batch {batch_id}", **STEP)
def release_batch(batch_id: int, extract_id: str, report: GateReport, *, allow_mass_delete: bool) -> Certificate:
    """Bring the warehouse to the extract's instant in one transaction, certified before it commits."""
    certificate = release(
        connections.warehouse(),
        project(),
        batch_id=batch_id,
        manifest=open_extract(extract_id).manifest,
        report=report,
        allow_mass_delete=allow_mass_delete,
    )
    merged = sum(count.merged for count in certificate.tables)
    get_run_logger().info("Released batch %d: %s rows written, the certificate balances", batch_id, f"{merged:,}")
    return certificate
