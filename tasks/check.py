"""The quality gate as tasks: check the batch, show the verdict, act on it."""

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact

from tasks.runtime import connections
from tasks.runtime.artifacts import verdict_markdown
from tasks.runtime.extracts import open_extract
from tasks.runtime.project import project
from tasks.runtime.retries import REPORT, STEP
from techmarket.load.steps import admit
from techmarket.publish.quality_pages import publish_rejects, publish_report
from techmarket.quality.gate.check import check_batch as check_staged
from techmarket.quality.gate.report import GateReport
from techmarket.quality.rules.row_rules import Severity


@task(task_run_name="check batch {batch_id}", **STEP)
def check_batch(batch_id: int, severities: dict[str, Severity], *, only_check: bool) -> GateReport:
    """Check everything staged against every rule, and move rows that break a critical rule to quarantine."""
    report = check_staged(connections.warehouse(), project(), batch_id=batch_id, severities=severities, only_check=only_check)
    get_run_logger().info("The gate says %s", report.headline())
    return report


@task(task_run_name="publish the verdict on batch {report.batch_id}", **REPORT)
def publish_verdict(report: GateReport) -> str | None:
    """Write the batch's page of the Data Docs and an artifact with its address; returns the address."""
    page_url = publish_report(report, project())
    rejects_url = publish_rejects(connections.warehouse(), project())
    verdict = verdict_markdown(report, page_url, rejects_url)
    create_markdown_artifact(verdict, key="quality-gate", description=f"{report.subject}: {report.headline()}")
    get_run_logger().info("Published the verdict: %s", page_url or "without a page in the Data Docs")
    return page_url


@task(task_run_name="admit batch {report.batch_id}", **STEP)
def admit_batch(report: GateReport, extract_id: str) -> None:
    """Admit the batch to the release. Discards a blocked batch's extract: a retry must read the corrected source.

    Raises:
        DataQualityError: the gate blocked the batch.
    """
    admit(report, open_extract(extract_id))
    get_run_logger().info("Batch %d may be released", report.batch_id)
