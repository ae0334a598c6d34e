"""One load from end to end, without an orchestrator: the steps that the flow runs as tasks, in the same order."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from techmarket.db.driver_errors import typed_errors
from techmarket.extract.dump.request import ExportRequest
from techmarket.extract.dump.sealing import seal_export
from techmarket.extract.live import ExtractRequest, extract
from techmarket.extract.page_reader import OnProgress
from techmarket.extract.sealed import Manifest, SealedExtract, new_extract_id, remove_old
from techmarket.ledger.batches import Batch, hold_batch, load_batch, process_name, source_clock_due
from techmarket.model.catalog import Catalog
from techmarket.model.modes import Mode
from techmarket.model.requested_keys import NOTHING, AskedKeys
from techmarket.publish.quality_pages import publish_rejects, publish_report
from techmarket.publish.sales_report.publishing import publish_sales_report
from techmarket.quality.gate.lasting_imports import lasting_import
from techmarket.quality.gate.report import GateReport, require_promotable
from techmarket.quality.quarantine.record import open_reject_keys, record_rejects
from techmarket.quality.rules.row_rules import Rule, Severity
from techmarket.quality.rules.severities import AS_DECLARED, with_severities
from techmarket.release.certificate import Certificate
from techmarket.release.release import release
from techmarket.settings import Settings
from techmarket.staging.stage import PartStream, stage, staging_stream

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What one load did."""

    batch_id: int
    manifest: Manifest
    report: GateReport
    certificate: Certificate
    sales_report: str | None
    """Address of the sales report; None when it could not be written."""


def load(
    source: sa.Engine,
    warehouse: sa.Engine,
    *,
    mode: Mode,
    rules: Sequence[Rule],
    catalog: Catalog,
    settings: Settings,
    on_progress: OnProgress,
    asked: AskedKeys = NOTHING,
    allow_mass_delete: bool = False,
    severities: Mapping[str, Severity] = AS_DECLARED,
) -> LoadResult:
    """Extract, stage, gate and release one batch.

    ``asked`` is what a selective mode brings to the source's state now: orders, with their lines and payments, and customers. Those
    that the source no longer has leave the warehouse. The other modes know by themselves what to look for.
    ``severities`` are those of this run alone, by rule.

    Raises:
        TechMarketError: of the class that says what the reader can do; nothing is half loaded.
    """
    with_severities(rules, severities)  # a misspelt rule is refused before the source is read
    with load_batch(warehouse, mode, requested_by=process_name()) as batch:
        sealed = extract_batch(source, warehouse, batch, asked=asked, catalog=catalog, settings=settings, on_progress=on_progress)
        return promote(
            warehouse,
            batch,
            sealed,
            rules=rules,
            catalog=catalog,
            settings=settings,
            allow_mass_delete=allow_mass_delete,
            severities=severities,
            on_progress=on_progress,
        )


def import_export(
    request: ExportRequest,
    warehouse: sa.Engine,
    *,
    rules: Sequence[Rule],
    catalog: Catalog,
    settings: Settings,
    on_progress: OnProgress,
    allow_mass_delete: bool = False,
    severities: Mapping[str, Severity] = AS_DECLARED,
) -> LoadResult:
    """Seal an export that MySQL made, then stage, gate and release it like a full load; ``severities`` are those of this run alone.

    Raises:
        TechMarketError: of the class that says what the reader can do; nothing is half loaded.
    """
    with_severities(rules, severities)  # a misspelt rule is refused before the export is read
    with load_batch(warehouse, Mode.FULL, requested_by=process_name()) as batch:
        sealed = seal_export(request, warehouse, batch, catalog=catalog, settings=settings, on_progress=on_progress)
        return promote(
            warehouse,
            batch,
            sealed,
            rules=rules,
            catalog=catalog,
            settings=settings,
            allow_mass_delete=allow_mass_delete,
            severities=severities,
            on_progress=on_progress,
        )


def promote(
    warehouse: sa.Engine,
    batch: Batch,
    sealed: SealedExtract,
    *,
    rules: Sequence[Rule],
    catalog: Catalog,
    settings: Settings,
    allow_mass_delete: bool = False,
    severities: Mapping[str, Severity] = AS_DECLARED,
    on_progress: OnProgress = lambda _step, _done, _of: None,
) -> LoadResult:
    """Stage, gate and release a sealed extract as the batch in hand; ``on_progress`` hears of each step when it begins and when it ends.

    Raises:
        TechMarketError: of the class that says what the reader can do; nothing is half loaded.
    """
    with _step("staging", on_progress):
        stage(warehouse, sealed, batch_id=batch.batch_id, catalog=catalog, connections=settings.staging_connections)
    with _step("checking", on_progress):
        report = gate_batch(warehouse, batch.batch_id, rules=rules, catalog=catalog, settings=settings, severities=severities)
        publish_report(report, rules=rules, settings=settings)
        if report.blocked_by:
            publish_rejects(warehouse, rules=rules, catalog=catalog, settings=settings)
    require_promotable(report)
    with _step("releasing", on_progress):
        certificate = release(
            warehouse,
            batch_id=batch.batch_id,
            manifest=sealed.manifest,
            report=report,
            catalog=catalog,
            settings=settings,
            allow_mass_delete=allow_mass_delete,
        )
    with _step("publishing", on_progress):
        sales_report = publish_sales_report(warehouse, settings=settings)
        publish_rejects(warehouse, rules=rules, catalog=catalog, settings=settings)
    return LoadResult(batch.batch_id, sealed.manifest, report, certificate, sales_report)


@contextmanager
def _step(name: str, on_progress: OnProgress) -> Iterator[None]:
    on_progress(name, 0, 1)
    yield
    on_progress(name, 1, 1)


def extract_batch(
    source: sa.Engine,
    warehouse: sa.Engine,
    batch: Batch,
    *,
    asked: AskedKeys = NOTHING,
    catalog: Catalog,
    settings: Settings,
    on_progress: OnProgress,
    stream: PartStream = staging_stream,
) -> SealedExtract:
    """Read what the batch needs into a sealed extract, its parts staged by ``stream`` as they are written; old extracts go first.

    A batch of a selective mode needs what is ``asked``; another one what changed, and the rows in quarantine.
    """
    remove_old(settings.extract_dir, keep=settings.extracts_kept - 1)
    request = _request(warehouse, batch, asked, catalog)
    extract_id = new_extract_id()
    with stream(
        warehouse,
        batch_id=batch.batch_id,
        extract_id=extract_id,
        directory=settings.extract_dir / extract_id,
        catalog=catalog,
        connections=settings.staging_connections,
    ) as parts:
        return extract(
            source,
            request,
            extract_id=extract_id,
            catalog=catalog,
            settings=settings,
            on_part=parts.put,
            on_progress=on_progress,
        )


def _request(warehouse: sa.Engine, batch: Batch, asked: AskedKeys, catalog: Catalog) -> ExtractRequest:
    if batch.mode.is_selective:
        return ExtractRequest(batch.mode, batch.watermarks, asked)
    if asked:
        msg = f"a load in mode {batch.mode} knows by itself what to look for; ask in a selective mode"
        raise ValueError(msg)
    with typed_errors("Reading what the next extract must look for"), warehouse.connect() as connection:
        return ExtractRequest(batch.mode, batch.watermarks, open_reject_keys(connection, catalog), source_clock_due(connection))


def gate_batch(
    warehouse: sa.Engine,
    batch_id: int,
    *,
    rules: Sequence[Rule],
    catalog: Catalog,
    settings: Settings,
    severities: Mapping[str, Severity] = AS_DECLARED,
) -> GateReport:
    """Judge what is staged. The rejects of a blocked batch go to the quarantine at once, so that the steward sees why."""
    with lasting_import("great_expectations"):
        from techmarket.quality.gate.run import run_gate  # noqa: PLC0415 - Great Expectations takes seconds to import

    report = run_gate(warehouse, batch_id=batch_id, rules=rules, catalog=catalog, settings=settings, severities=severities)
    if report.blocked_by:
        with typed_errors("Recording the rejected rows"), warehouse.begin() as connection:
            hold_batch(connection, batch_id)
            record_rejects(connection, batch_id=batch_id, resolve=False, catalog=catalog)
    return report
