"""A load's steps in their one order.

The command line passes :class:`DirectSteps`. Flows pass Prefect tasks of the same names.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from techmarket.errors import DataQualityError
from techmarket.extract.sealed import Manifest, SealedExtract
from techmarket.ledger.batches import Batch, close_batch
from techmarket.model.progress import SILENT, Progress
from techmarket.project import LoadRequest, Project
from techmarket.publish.quality_pages import publish_rejects, publish_report
from techmarket.publish.sales_report.publishing import publish_sales_report
from techmarket.quality.gate.check import check_batch
from techmarket.quality.gate.report import GateReport, require_promotable
from techmarket.release.certificate import Certificate
from techmarket.release.release import release
from techmarket.staging.stage import stage

Extract = Callable[[Batch], SealedExtract]
"""The first step, in which loads differ."""


@dataclass(frozen=True, slots=True)
class LoadResult:
    """A load's outcome."""

    batch_id: int
    manifest: Manifest
    report: GateReport
    certificate: Certificate
    sales_report: str | None
    """Its address; None if not written."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A check's outcome."""

    report: GateReport
    page: str | None
    """Address of its Data Docs page; None if not written."""


class Steps(Protocol):
    """Steps after the extract. Those that publish never fail a load."""

    def stage(self, batch: Batch, extract: SealedExtract) -> None:
        """Make ``stg`` hold exactly this extract."""

    def check(self, batch: Batch) -> GateReport:
        """Check staged rows; reject those that break a critical rule."""

    def publish_verdict(self, report: GateReport) -> str | None:
        """Write the Data Docs page; returns its address."""

    def admit(self, report: GateReport, extract: SealedExtract) -> None:
        """Let the batch pass, or discard its extract: the next load must read the corrected source.

        Raises:
            DataQualityError: the gate blocked the batch.
        """

    def release(self, batch: Batch, extract: SealedExtract, report: GateReport) -> Certificate:
        """Bring the warehouse to the extract's instant in one proved transaction."""

    def publish_sales(self) -> str | None:
        """Write the sales report; returns its address."""

    def publish_rejects(self) -> None:
        """Write the page of quarantine."""

    def publish_outcome(self, certificate: Certificate, report: GateReport) -> None:
        """Show the load's outcome."""

    def close_check(self, batch: Batch, report: GateReport) -> None:
        """End a checked batch."""


def run_load(batch: Batch, extract: Extract, steps: Steps) -> LoadResult:
    """Extract, stage, check, release, publish.

    Raises:
        TechMarketError: its class says what to do; nothing is half loaded.
    """
    sealed = extract(batch)
    steps.stage(batch, sealed)
    report = steps.check(batch)
    steps.publish_verdict(report)
    steps.admit(report, sealed)
    certificate = steps.release(batch, sealed, report)
    sales_report = steps.publish_sales()
    steps.publish_rejects()
    steps.publish_outcome(certificate, report)
    return LoadResult(batch.batch_id, sealed.manifest, report, certificate, sales_report)


def run_check(batch: Batch, sealed: SealedExtract | None, steps: Steps) -> CheckResult:
    """Stage a given extract, check, publish. Nothing is released or rejected."""
    if sealed:
        steps.stage(batch, sealed)
    report = steps.check(batch)
    steps.close_check(batch, report)
    return CheckResult(report, steps.publish_verdict(report))


@dataclass(frozen=True, slots=True)
class DirectSteps:
    """The steps as library calls in this process."""

    warehouse: sa.Engine
    project: Project
    request: LoadRequest
    progress: Progress = SILENT

    def stage(self, batch: Batch, extract: SealedExtract) -> None:
        """See :class:`Steps`."""
        with self.progress.step("staging"):
            settings = self.project.settings
            stage(self.warehouse, extract, batch_id=batch.batch_id, catalog=self.project.catalog, connections=settings.staging_connections)

    def check(self, batch: Batch) -> GateReport:
        """See :class:`Steps`."""
        with self.progress.step("checking"):
            return check_batch(
                self.warehouse,
                self.project,
                batch_id=batch.batch_id,
                severities=self.request.severities,
                only_check=self.request.only_check,
            )

    def publish_verdict(self, report: GateReport) -> str | None:
        """See :class:`Steps`."""
        if report.blocked_by and not report.is_check:
            publish_rejects(self.warehouse, self.project)
        return publish_report(report, self.project)

    def admit(self, report: GateReport, extract: SealedExtract) -> None:
        """See :class:`Steps`."""
        admit(report, extract)

    def release(self, batch: Batch, extract: SealedExtract, report: GateReport) -> Certificate:
        """See :class:`Steps`."""
        with self.progress.step("releasing"):
            return release(
                self.warehouse,
                self.project,
                batch_id=batch.batch_id,
                manifest=extract.manifest,
                report=report,
                allow_mass_delete=self.request.lifts_delete_guard,
            )

    def publish_sales(self) -> str | None:
        """See :class:`Steps`."""
        with self.progress.step("publishing"):
            return publish_sales_report(self.warehouse, settings=self.project.settings)

    def publish_rejects(self) -> None:
        """See :class:`Steps`."""
        with self.progress.step("publishing"):
            publish_rejects(self.warehouse, self.project)

    def publish_outcome(self, certificate: Certificate, report: GateReport) -> None:
        """Nothing: the caller gets both back."""

    def close_check(self, batch: Batch, report: GateReport) -> None:
        """See :class:`Steps`."""
        close_batch(self.warehouse, batch.batch_id, status="checked", verdict=report.verdict)


def admit(report: GateReport, extract: SealedExtract) -> None:
    """Let a batch pass the gate, or discard its extract.

    Raises:
        DataQualityError: the gate blocked the batch.
    """
    try:
        require_promotable(report)
    except DataQualityError:
        shutil.rmtree(extract.directory, ignore_errors=True)
        raise
