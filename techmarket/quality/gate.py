"""The gate: every staged table against its rules, failing rows to quarantine, and a verdict."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from techmarket.batches import hold_batch
from techmarket.catalog import Catalog
from techmarket.databases import typed_errors
from techmarket.errors import CheckError
from techmarket.quality.batch_rejects import RejectCounts, write_rejects
from techmarket.quality.gate_expectations import failing_count
from techmarket.quality.gate_session import gate_session
from techmarket.quality.report import GateReport, RuleOutcome, TableCounts
from techmarket.quality.rules import NotNull, RowRule, Rule, Severity, Unique, shown_columns
from techmarket.quality.statements import count_staged, sample_failing
from techmarket.settings import Settings

log = logging.getLogger(__name__)

SAMPLE_ROWS = 10
"""Failing rows that the report shows for a rule."""

REJECTS_ALWAYS_ALLOWED = 10
"""Newly rejected rows of a table that never block a load: a share means nothing for the few rows of a quiet hour."""


def run_gate(warehouse: sa.Engine, *, batch_id: int, rules: Sequence[Rule], catalog: Catalog, settings: Settings) -> GateReport:
    """Check what is staged, write ``stg.batch_rejects``, and report. Whether to promote is the caller's decision.

    Raises:
        CheckError: a check could not run, or its count and the quarantine's differ; nothing is known about the data.
        ConcurrentRunError: another load has taken over, and what is staged is its.
        TransientError: the warehouse could not be reached for the moment.
    """
    with typed_errors("Quality gate"):
        checked_at, gate_time = _instant(warehouse, settings.business_time_zone)
        with gate_session(warehouse, gate_time=gate_time) as session:
            failing: dict[str, int] = {}
            seconds: dict[str, float] = {}
            for table, table_rules in _by_table(rules).items():
                began = time.monotonic()
                failing |= {rule_id: failing_count(result) for rule_id, result in session.evaluate(table, table_rules).items()}
                seconds[table] = time.monotonic() - began
            with session.engine.begin() as connection:
                hold_batch(connection, batch_id)
                rejects = write_rejects(connection, _to_quarantine(rules, failing, catalog), catalog)
                outcomes = tuple(_outcome(connection, rule, failing[rule.id], catalog) for rule in rules)
                tables = _counts(connection, catalog, rejects, seconds)
    blocked_by = (*_broken_tables(outcomes), *_too_many_rejects(tables, settings.max_reject_share))
    report = GateReport(batch_id=batch_id, checked_at=checked_at, outcomes=outcomes, tables=tables, blocked_by=blocked_by)
    _log(report)
    return report


def _instant(warehouse: sa.Engine, time_zone: str) -> tuple[datetime, datetime]:
    """The warehouse's clock: as an instant, and as business time."""
    with warehouse.connect() as connection:
        now = connection.execute(sa.text("SELECT NOW() AS instant, NOW() AT TIME ZONE :zone AS business_time"), {"zone": time_zone}).one()
    return now.instant, now.business_time


def _by_table(rules: Sequence[Rule]) -> dict[str, list[Rule]]:
    if not rules:
        msg = "No rule is declared, so nothing would be checked. Next: pass expectations.RULES."
        raise CheckError(msg)
    return {table: [rule for rule in rules if rule.table == table] for table in dict.fromkeys(rule.table for rule in rules)}


def _to_quarantine(rules: Sequence[Rule], failing: Mapping[str, int], catalog: Catalog) -> list[tuple[RowRule, int]]:
    """The broken row rules with their counts. None where a key is missing or repeated: such rows cannot be named, and block the load."""
    keys_broken = any(isinstance(rule, NotNull | Unique) and rule.column == catalog[rule.table].key and failing[rule.id] for rule in rules)
    broken = [] if keys_broken else [rule for rule in rules if failing[rule.id]]
    return [(rule, failing[rule.id]) for rule in broken if isinstance(rule, RowRule) and rule.severity is Severity.CRITICAL_ROW]


def _outcome(connection: sa.Connection, rule: Rule, failing_rows: int, catalog: Catalog) -> RuleOutcome:
    return RuleOutcome(
        rule_id=rule.id,
        table=rule.table,
        severity=rule.severity,
        what=rule.what,
        reason=rule.reason,
        remedy=rule.remedy,
        owner=rule.owner,
        failing_rows=failing_rows,
        sample=_sample(connection, rule, catalog) if failing_rows and isinstance(rule, RowRule) else (),
    )


def _sample(connection: sa.Connection, rule: RowRule, catalog: Catalog) -> tuple[Mapping[str, str | None], ...]:
    statement = sample_failing(rule, catalog[rule.table], shown_columns(rule, catalog))
    return tuple(dict(row) for row in connection.execute(statement, {"size": SAMPLE_ROWS}).mappings())


def _counts(
    connection: sa.Connection, catalog: Catalog, rejects: Mapping[str, RejectCounts], seconds: Mapping[str, float]
) -> dict[str, TableCounts]:
    counts = {}
    for name, table in catalog.items():
        found = rejects.get(name, RejectCounts())
        counts[name] = TableCounts(
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
            by_rows = f" by {outcome.failing_rows} rows" if outcome.sample else ""
            yield f"Rule {outcome.rule_id} is broken{by_rows}. It asks: {outcome.what}"


def _too_many_rejects(tables: Mapping[str, TableCounts], max_share: float) -> Iterator[str]:
    """Only rows that no released load has rejected before count: the others are retried by every load, however few rows it has."""
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
