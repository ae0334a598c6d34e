"""The quality gate as tasks: judge the batch, show the verdict, act on it."""

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact

from expectations import RULES
from tasks import connections
from tasks.artifacts import verdict_markdown
from tasks.extraction import discard_extract
from tasks.retrying import REPORT, STEP
from techmarket.errors import DataQualityError
from techmarket.load.load import gate_batch
from techmarket.model.catalog import CATALOG
from techmarket.publish.quality_pages import publish_rejects, publish_report
from techmarket.quality.gate.report import GateReport, require_promotable
from techmarket.quality.rules.row_rules import Severity
from techmarket.quality.rules.severities import with_severities
from techmarket.settings import load_settings


def known_severities(severities: dict[str, Severity]) -> dict[str, Severity]:
    """Let a run's severities pass, or say before the run begins why they cannot be had.

    Raises:
        ConfigurationError: there is no such rule, or it cannot have that severity.
    """
    with_severities(RULES, severities)
    return severities


@task(task_run_name="judge batch {batch_id}", **STEP)
def judge_batch(batch_id: int, severities: dict[str, Severity]) -> GateReport:
    """Check everything staged against every rule, and set the rows that break a critical one aside."""
    report = gate_batch(connections.warehouse(), batch_id, rules=RULES, catalog=CATALOG, settings=load_settings(), severities=severities)
    get_run_logger().info("The gate says %s", report.headline())
    return report


@task(task_run_name="publish the verdict on batch {report.batch_id}", **REPORT)
def publish_verdict(report: GateReport) -> None:
    """Write the batch's page of the Data Docs, and an artifact that leads to it."""
    page_url = publish_report(report, rules=RULES, settings=load_settings())
    rejects_url = publish_rejects(connections.warehouse(), rules=RULES, catalog=CATALOG, settings=load_settings())
    verdict = verdict_markdown(report, page_url, rejects_url)
    create_markdown_artifact(verdict, key="quality-gate", description=f"{report.subject}: {report.headline()}")
    get_run_logger().info("Published the verdict: %s", page_url or "without a page in the Data Docs")


@task(task_run_name="admit batch {report.batch_id}", **STEP)
def admit_batch(report: GateReport, extract_id: str) -> None:
    """Let a batch pass the gate. The extract of one that may not is discarded: a retry has to read the mended source.

    Raises:
        DataQualityError: the gate blocked the batch.
    """
    try:
        require_promotable(report)
    except DataQualityError:
        discard_extract(extract_id)
        raise
    get_run_logger().info("Batch %d may be released", report.batch_id)


@task(task_run_name="publish the rejected rows", **REPORT)
def publish_quarantine() -> None:
    """Write the page of rejected rows as the release has left them."""
    page_url = publish_rejects(connections.warehouse(), rules=RULES, catalog=CATALOG, settings=load_settings())
    get_run_logger().info("Published the rejected rows: %s", page_url or "without a page in the Data Docs")
