"""Release of a checked batch into dwh in one transaction.

Dimensions come before facts, so that members exist. Only rows that differ are written; rejected and held rows keep their old version.
"""

import json
import logging
import time
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.errors import IntegrityError
from techmarket.extract.sealed import Manifest
from techmarket.ledger.batches import hold_batch, newest_snapshot
from techmarket.ledger.source_history import remember_source
from techmarket.model.catalog import Catalog
from techmarket.model.requested_keys import RequestedKeys
from techmarket.model.star_schema import ORDERS, Dimension, Fact, Star
from techmarket.project import Project
from techmarket.quality.gate.report import GateReport, require_promotable
from techmarket.quality.quarantine.record import record_rejects
from techmarket.release.aggregates import note_what_is_touched, refresh_all, refresh_changed
from techmarket.release.bulk_indexes import indexes_built_last
from techmarket.release.certificate import Certificate, certify
from techmarket.release.deletion_guard import require_believable, rows_needed
from techmarket.release.dim_date import add_years
from techmarket.release.steps import plan_for_changes, plan_for_whole_tables, run_step
from techmarket.staging.requested_keys import write_requested_keys

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Release:
    connection: sa.Connection
    batch_id: int
    whole_tables: frozenset[str]
    """Every row was read, so a row not staged is gone from the source."""
    requested_keys: RequestedKeys
    """As in ``stg.requested_keys``: one not staged is gone as well."""
    max_delete_share: float

    @property
    def is_whole(self) -> bool:
        """Whether all orders were read."""
        return ORDERS in self.whole_tables

    def run(self, step: str, **values: object) -> sa.CursorResult[Any]:
        return run_step(self.connection, step, batch_id=self.batch_id, **values)


def release(
    warehouse: sa.Engine,
    project: Project,
    *,
    batch_id: int,
    manifest: Manifest,
    report: GateReport,
    allow_mass_delete: bool = False,
) -> Certificate:
    """Bring dwh to the extract's instant, minus the rows in quarantine, and prove it before COMMIT.

    A selective extract brings only the requested rows there, and moves no watermark.

    Raises:
        DataQualityError: the gate blocked the batch.
        ConcurrentRunError: another load has taken over.
        IntegrityError: the extract is older than the warehouse or leaves a gap, too much would be deleted
            (unless ``allow_mass_delete``), or the certificate does not balance.
        ConfigurationError, TransientError: the warehouse fails.
    """
    require_promotable(report)
    started = time.monotonic()
    catalog, star = project.catalog, project.star
    with typed_errors(f"Release of batch {batch_id}"), warehouse.begin() as connection:
        if stored := _stored_certificate(connection, batch_id, manifest.extract_id):
            return stored
        plan_for_whole_tables(connection)
        hold_batch(connection, batch_id)
        _require_continuous(connection, manifest)
        write_requested_keys(connection, manifest.requested_keys)
        max_delete_share = 1.0 if allow_mass_delete else project.settings.max_delete_share
        work = _Release(connection, batch_id, manifest.whole_tables, manifest.requested_keys, max_delete_share)
        if not work.is_whole:
            plan_for_changes(connection)
            note_what_is_touched(connection)
        removed = _release_dimensions(work, star) | _release_facts(work, star)
        if work.is_whole:
            refresh_all(connection, star)
        else:
            refresh_changed(connection, star, batch_id, is_selective=manifest.mode.is_selective)
        _update_quarantine(work, catalog)
        if not manifest.mode.is_selective:
            work.run("advance_watermarks", tables=list(manifest.reads), horizon=manifest.horizon)
            if manifest.source:
                remember_source(connection, batch_id, manifest.source)
        certificate = certify(connection, project, batch_id=batch_id, manifest=manifest, is_whole=work.is_whole, removed=removed)
        certificate.require_balanced()
        _close(work, manifest, report, certificate)
    for count in certificate.tables:
        log.info("release table=%s merged=%d removed=%d batch=%d", count.table, count.merged, count.removed, batch_id)
    log.info("release extract=%s seconds=%.2f batch=%d", manifest.extract_id, time.monotonic() - started, batch_id)
    return certificate


def _stored_certificate(connection: sa.Connection, batch_id: int, extract_id: str) -> Certificate | None:
    stored = run_step(connection, "stored_certificate", batch_id=batch_id, extract_id=extract_id).scalar_one_or_none()
    return Certificate.from_json(stored) if stored else None


def _require_continuous(connection: sa.Connection, manifest: Manifest) -> None:
    """Refuse an extract that is older than the warehouse, or begins after its last changes.

    Backfills may come in any order.

    Raises:
        IntegrityError: with the instants compared.
    """
    newest = newest_snapshot(connection, manifest.mode)
    if newest and manifest.snapshot_at < newest:
        msg = (
            f"Extract {manifest.extract_id} shows the source at {manifest.snapshot_at}, before the newest release ({newest})."
            " Nothing was changed. Next: start a new load, which reads the source again; where the source's clock was set back,"
            " once it has passed that instant."
        )
        raise IntegrityError(msg)
    rows = sql.run(connection, "ledger/watermarks")
    watermarks = {row.table_name: row.watermark for row in rows}
    for table, read in manifest.reads.items():
        watermark = watermarks.get(table)
        if read.since and (watermark is None or read.since > watermark):
            msg = (
                f"Extract {manifest.extract_id} has changes of {table} from {read.since} on, but the warehouse has seen it until"
                f" {watermark or 'nothing at all'}: changes between would be lost. Nothing was changed. Next: start a new load,"
                " which reads the source again."
            )
            raise IntegrityError(msg)


def _release_dimensions(work: _Release, star: Star) -> dict[str, int]:
    """Merge, infer, mark deleted; return members marked deleted, by source table."""
    removed = {}
    for dimension in star.dimensions:
        work.run(f"{dimension.name}/merge")
        if star.naming_columns(dimension):
            work.run(f"{dimension.name}/infer")
        if step := _marks_of_the_gone(work, dimension):
            gone = work.run(step).one()
            require_believable(dimension.name, missing=gone.missing, rows=gone.standing, max_delete_share=work.max_delete_share)
            removed[dimension.source] = gone.missing
        for further in dimension.further_steps:
            work.run(f"{dimension.name}/{further}")
    return removed


def _marks_of_the_gone(work: _Release, dimension: Dimension) -> str | None:
    """None if the batch cannot know of any."""
    if dimension.source in work.whole_tables:
        return f"{dimension.name}/mark_deleted"
    return f"{dimension.name}/mark_requested_deleted" if work.requested_keys.get(dimension.source) else None


def _release_facts(work: _Release, star: Star) -> dict[str, int]:
    """Remove and merge; return rows removed, by source table."""
    add_years(work.connection, work.run("dim_date/missing_years").scalars())
    removed = {}
    for fact in star.facts:
        for first in fact.first_steps:
            work.run(f"{fact.name}/{first}")
        removed[fact.source] = _remove_gone(work, fact)
        _write_changed(work, fact)
        for further in fact.further_steps:
            work.run(f"{fact.name}/{further}")
    if work.is_whole:
        work.run("analyze_star")
    return removed


def _remove_gone(work: _Release, fact: Fact) -> int:
    gone = work.run(f"{fact.name}/remove", is_whole=work.is_whole).one()
    replaced = work.run(f"{fact.name}/count_replaced").scalar_one() if fact.days else 0
    if missing := gone.missing + replaced:
        enough = rows_needed(missing, work.max_delete_share)
        left = work.run(f"{fact.name}/count_rows", enough=enough).scalar_one()
        require_believable(fact.name, missing=missing, rows=left + gone.removed, max_delete_share=work.max_delete_share)
    return int(gone.removed)


def _write_changed(work: _Release, fact: Fact) -> None:
    if "fill" in fact.by_hand and work.run(f"{fact.name}/is_empty").scalar_one():
        with indexes_built_last(work.connection, fact.name):
            work.run(f"{fact.name}/fill")
    else:
        work.run(f"{fact.name}/merge")


def _update_quarantine(work: _Release, catalog: Catalog) -> None:
    """Add what was rejected; resolve what was looked for and is no longer rejected."""
    counts = record_rejects(work.connection, batch_id=work.batch_id, resolve=True, catalog=catalog, whole_tables=work.whole_tables)
    log.info("quarantine opened=%d seen_again=%d resolved=%d batch=%d", counts.opened, counts.seen_again, counts.resolved, work.batch_id)


def _close(work: _Release, manifest: Manifest, report: GateReport, certificate: Certificate) -> None:
    work.run(
        "close_batch",
        extract_id=manifest.extract_id,
        snapshot_at=manifest.snapshot_at,
        horizon=manifest.horizon,
        source_version=manifest.source_version,
        verdict=report.verdict.value,
        counts=json.dumps(manifest.tables),
        certificate=json.dumps(certificate.as_json()),
    )
