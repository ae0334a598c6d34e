"""Checks every staged table and gives the verdict."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import datetime
from queue import SimpleQueue

import sqlalchemy as sa

from techmarket.db.driver_errors import typed_errors
from techmarket.errors import CheckError
from techmarket.ledger.batches import hold_batch
from techmarket.model.catalog import Catalog
from techmarket.project import Project
from techmarket.quality.gate.expectations import failing_count
from techmarket.quality.gate.ledger import record_gate
from techmarket.quality.gate.outcomes import outcome_of
from techmarket.quality.gate.report import CheckedRowCounts, GateReport, RuleOutcome
from techmarket.quality.gate.session import GateSession, gate_sessions
from techmarket.quality.gate.statements import count_staged
from techmarket.quality.gate.usual_volume import Band, Volume, usual_volumes
from techmarket.quality.quarantine.batch_rejects import BatchRejectsOfTable, write_rejects
from techmarket.quality.rules.row_rules import NotAmong, NotNull, References, RowRule, Rule, Severity, Unique
from techmarket.quality.rules.severities import AS_DECLARED, with_severities

log = logging.getLogger(__name__)

REJECTS_ALWAYS_ALLOWED = 10
"""Per table; they never block a load: a share means nothing for few rows."""


@dataclass(frozen=True, slots=True)
class _Found:
    failing: dict[str, int]
    seconds: dict[str, float]
    bands: Mapping[str, Band]


def run_gate(
    warehouse: sa.Engine,
    project: Project,
    *,
    batch_id: int,
    severities: Mapping[str, Severity] = AS_DECLARED,
    is_check: bool = False,
) -> GateReport:
    """Check the staged tables, write ``stg.batch_rejects``, and record the result in the ledger.

    ``severities`` override declared ones, by rule id; ``is_check``: the batch cannot be released.

    Raises:
        CheckError: a check could not run, or its count and the quarantine's differ.
        ConcurrentRunError: another load has taken over.
        ConfigurationError: an override names an unknown rule or a forbidden severity.
        TransientError: the warehouse is unreachable.
    """
    catalog, settings = project.catalog, project.settings
    applied = with_severities(project.rules, severities)
    checked = replace(project, rules=[rule for rule in applied if rule.severity is not Severity.OFF])
    with typed_errors("Quality gate"):
        checked_at, gate_time = _instant(warehouse, settings.business_time_zone)
        with gate_sessions(warehouse, gate_time=gate_time) as sessions:
            found = _evaluate(sessions, checked, batch_id)
            with sessions[0].transactions.begin() as connection:
                hold_batch(connection, batch_id)
                rejects = write_rejects(connection, _to_quarantine(checked, found.failing), catalog)
                tables = _counts(connection, catalog, rejects, found.seconds)
                outcomes = _outcomes(connection, project, checked.rules, found=found, tables=tables)
                report = GateReport(
                    batch_id=batch_id,
                    checked_at=checked_at,
                    outcomes=outcomes,
                    tables=tables,
                    blocked_by=(*_broken_tables(outcomes), *_too_many_rejects(tables, settings.max_reject_share)),
                    off=tuple(rule.id for rule in applied if rule.severity is Severity.OFF),
                    overrides=dict(severities),
                    is_check=is_check,
                )
                report = replace(report, mode=record_gate(connection, report, checked.rules))
    _log(report)
    return report


def _instant(warehouse: sa.Engine, time_zone: str) -> tuple[datetime, datetime]:
    with warehouse.connect() as connection:
        now = connection.execute(sa.text("SELECT now() AS instant, now() AT TIME ZONE :zone AS business_time"), {"zone": time_zone}).one()
    return now.instant, now.business_time


def _evaluate(sessions: Sequence[GateSession], checked: Project, batch_id: int) -> _Found:
    """One table a session; the first error ends the check."""
    with sessions[0].engine.connect() as connection:
        bands = usual_volumes(connection, batch_id, checked.catalog)
    free: SimpleQueue[GateSession] = SimpleQueue()
    for session in sessions:
        free.put(session)
    found = _Found({}, {}, bands)

    def evaluate(table: str, of_table: Sequence[Rule]) -> None:
        session = free.get()
        began = time.monotonic()
        try:
            results = session.evaluate(table, of_table, bands)
        finally:
            free.put(session)  # else the next table would wait for ever
        found.failing.update({rule.id: failing_count(rule, results[rule.id]) for rule in of_table})
        found.seconds[table] = time.monotonic() - began

    with ThreadPoolExecutor(len(sessions), thread_name_prefix="gate") as pool:
        checks = [pool.submit(evaluate, table, of_table) for table, of_table in _slowest_first(_by_table(checked.rules))]
        try:
            for check in as_completed(checks):
                check.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return found


def _slowest_first(by_table: Mapping[str, Sequence[Rule]]) -> list[tuple[str, Sequence[Rule]]]:
    """Most rules across rows or tables first: each is a query of its own."""
    return sorted(by_table.items(), key=lambda item: sum(isinstance(rule, NotAmong | References) for rule in item[1]), reverse=True)


def _by_table(rules: Sequence[Rule]) -> dict[str, list[Rule]]:
    if not rules:
        msg = "No rule is declared, or all are off, so nothing would be checked. Next: pass expectations.RULES."
        raise CheckError(msg)
    return {table: [rule for rule in rules if rule.table == table] for table in dict.fromkeys(rule.table for rule in rules)}


def _to_quarantine(checked: Project, failing: Mapping[str, int]) -> list[tuple[RowRule, int]]:
    """Empty if a key is missing or repeated: such rows cannot be named, and the load is blocked."""
    keys = {table.name: table.key for table in checked.catalog.values()}
    broken = [rule for rule in checked.rules if failing[rule.id]]
    if any(isinstance(rule, NotNull | Unique) and rule.column == keys[rule.table] for rule in broken):
        return []
    return [(rule, failing[rule.id]) for rule in broken if isinstance(rule, RowRule) and rule.severity is Severity.CRITICAL_ROW]


def _outcomes(
    connection: sa.Connection,
    project: Project,
    checked: Sequence[Rule],
    *,
    found: _Found,
    tables: Mapping[str, CheckedRowCounts],
) -> tuple[RuleOutcome, ...]:
    declared = {rule.id: rule.severity for rule in project.rules}
    return tuple(
        outcome_of(
            connection,
            rule,
            found.failing[rule.id],
            catalog=project.catalog,
            declared_severity=declared[rule.id],
            volume=Volume(tables[rule.table].staged, found.bands.get(rule.table)),
        )
        for rule in checked
    )


def _counts(
    connection: sa.Connection, catalog: Catalog, rejects: Mapping[str, BatchRejectsOfTable], seconds: Mapping[str, float]
) -> dict[str, CheckedRowCounts]:
    counts = {}
    for name, table in catalog.items():
        found = rejects.get(name, BatchRejectsOfTable())
        counts[name] = CheckedRowCounts(
            staged=connection.execute(count_staged(table)).scalar_one(),
            rejected=found.rejected,
            newly_rejected=found.newly_rejected,
            held=found.held,
            seconds=seconds.get(name, 0.0),
        )
    return counts


def _broken_tables(outcomes: Sequence[RuleOutcome]) -> Iterator[str]:
    for outcome in outcomes:
        if outcome.severity is Severity.CRITICAL_TABLE and not outcome.passed:
            by_rows = "" if outcome.of_table else f" by {outcome.failing_rows:,} row{'s' if outcome.failing_rows > 1 else ''}"
            yield f"Rule {outcome.rule_id} is broken{by_rows}. It asks: {outcome.what}"


def _too_many_rejects(tables: Mapping[str, CheckedRowCounts], max_share: float) -> Iterator[str]:
    """Counts only newly rejected rows: every load retries the others, even if it stages few rows."""
    for name, counts in tables.items():
        allowed = max(REJECTS_ALWAYS_ALLOWED, int(max_share * counts.staged))
        if counts.newly_rejected > allowed:
            yield (
                f"Table {name}: {counts.newly_rejected} of {counts.staged} staged rows are newly rejected, {allowed} are allowed"
                f" (TECHMARKET_MAX_REJECT_SHARE={max_share:g})."
            )


def _log(report: GateReport) -> None:
    for name, counts in report.tables.items():
        failed = sum(outcome.table == name for outcome in report.failed)
        log.info(
            "gate table=%s rows=%s failed_rules=%s rejected=%s held=%s seconds=%.2f batch=%s",
            name, counts.staged, failed, counts.rejected, counts.held, counts.seconds, report.batch_id,
        )  # fmt: skip
    log.info("gate %s batch=%s", report.summary(), report.batch_id)
