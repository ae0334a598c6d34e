"""The steps of a load as Prefect tasks; the library runs them in its order."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated

from prefect import get_run_logger
from pydantic import AfterValidator, Field, WithJsonSchema

from tasks.check import admit_batch, check_batch, publish_verdict
from tasks.extract import extract_source, read_again_if_outdated, read_window
from tasks.publish import publish_certificate, publish_quarantine, publish_sales
from tasks.release import release_batch
from tasks.runtime import connections
from tasks.runtime.artifacts import show_release
from tasks.runtime.batch import opened_window
from tasks.runtime.cluster import cluster
from tasks.runtime.extracts import discard_extract, open_extract
from tasks.runtime.project import project
from tasks.stage import stage_extract
from techmarket.backfill.windows import Window
from techmarket.errors import IntegrityError
from techmarket.extract.sealed import SealedExtract
from techmarket.ledger.batches import Batch, close_batch
from techmarket.project import LoadRequest
from techmarket.quality.gate.report import GateReport
from techmarket.quality.rules.row_rules import Severity
from techmarket.quality.rules.severities import with_severities
from techmarket.release.certificate import Certificate


def known_severities(severities: dict[str, Severity]) -> dict[str, Severity]:
    """Validate a run's severities before the run begins.

    Raises:
        ConfigurationError: a rule does not exist, or cannot have that severity.
    """
    with_severities(project().rules, severities)
    return severities


RunSeverity = Annotated[
    Severity, WithJsonSchema({"type": "string", "enum": list(dict.fromkeys([*Severity, *(severity.words for severity in Severity)]))})
]
"""A deployment's parameter check also accepts the spelling of version 0.1, of which :class:`Severity` warns."""

RunSeverities = Annotated[
    dict[str, RunSeverity],
    AfterValidator(known_severities),
    Field(
        title="Severities of this run",
        description=(
            'What a broken rule does in this run alone: {"orders.status_known": "warning"}. One of critical_row, critical_table, '
            "warning and off; docs/quality.md lists the rules. The ledger and the batch's page record them."
        ),
    ),
]
"""An option of every flow that somebody starts by hand."""


def extract_live(batch: Batch, request: LoadRequest) -> SealedExtract:
    """The batch's extract: the one that an earlier attempt of this flow run sealed, while it is intact, else a new one."""
    parameters = {"batch": batch, "requested_keys": dict(request.requested_keys)}
    extract_id = cluster().run(extract_source, **parameters)
    try:
        return open_extract(extract_id)
    except IntegrityError as exc:
        get_run_logger().warning("The extract of an earlier attempt cannot be used, the order system is read again. %s", exc)
        return open_extract(cluster().run(extract_source.with_options(refresh_cache=True), **parameters))


@dataclass(frozen=True)
class TaskSteps:
    """Each step as a task. Steps that only publish return a state: a failure is shown, not raised."""

    request: LoadRequest

    def stage(self, batch: Batch, extract: SealedExtract) -> None:
        """See :class:`techmarket.load.steps.Steps`."""
        stage_extract(batch.batch_id, extract.manifest.extract_id)

    def check(self, batch: Batch) -> GateReport:
        """See :class:`techmarket.load.steps.Steps`."""
        return check_batch(batch.batch_id, dict(self.request.severities), only_check=self.request.only_check)

    def publish_verdict(self, report: GateReport) -> str | None:
        """See :class:`techmarket.load.steps.Steps`."""
        publish_verdict(report, return_state=True)
        return None

    def admit(self, report: GateReport, extract: SealedExtract) -> None:
        """See :class:`techmarket.load.steps.Steps`."""
        admit_batch(report, extract.manifest.extract_id)

    def release(self, batch: Batch, extract: SealedExtract, report: GateReport) -> Certificate:
        """See :class:`techmarket.load.steps.Steps`."""
        return release_batch(batch.batch_id, extract.manifest.extract_id, report, allow_mass_delete=self.request.lifts_delete_guard)

    def publish_sales(self) -> str | None:
        """See :class:`techmarket.load.steps.Steps`."""
        publish_sales(return_state=True)
        return None

    def publish_rejects(self) -> None:
        """See :class:`techmarket.load.steps.Steps`."""
        publish_quarantine(return_state=True)

    def publish_outcome(self, certificate: Certificate, report: GateReport) -> None:
        """See :class:`techmarket.load.steps.Steps`."""
        publish_certificate(certificate, return_state=True)
        show_release(certificate, report)

    def close_check(self, batch: Batch, report: GateReport) -> None:
        """See :class:`techmarket.load.steps.Steps`."""
        close_batch(connections.warehouse(), batch.batch_id, status="checked", verdict=report.verdict)


@dataclass(frozen=True)
class WindowTaskSteps(TaskSteps):
    """The steps of a backfill's window."""

    backfill_id: int

    def read(self, window: Window) -> SealedExtract:
        """See :class:`techmarket.backfill.replay.WindowSteps`."""
        return open_extract(read_window(window))

    def turn(self, window: Window) -> AbstractContextManager[Batch | None]:
        """See :class:`techmarket.backfill.replay.WindowSteps`."""
        return opened_window(self.backfill_id, window)

    def read_again_if_outdated(self, window: Window, extract: SealedExtract) -> SealedExtract:
        """See :class:`techmarket.backfill.replay.WindowSteps`."""
        return open_extract(read_again_if_outdated(window, extract.manifest.extract_id))

    def discard(self, extract: SealedExtract) -> None:
        """See :class:`techmarket.backfill.replay.WindowSteps`."""
        discard_extract(extract)
