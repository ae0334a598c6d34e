"""Outcome of a rule, with a sample of failing rows."""

from collections.abc import Mapping

import sqlalchemy as sa

from techmarket.model.catalog import Catalog
from techmarket.quality.gate.report import RuleOutcome
from techmarket.quality.gate.statements import newest_changes, sample_failing
from techmarket.quality.gate.usual_volume import Volume, as_evidence
from techmarket.quality.rules.row_rules import RowRule, Rule, Severity, shown_columns
from techmarket.quality.rules.table_rules import Recent, TableRule, UsualVolume

SAMPLE_ROWS = 10

Sample = tuple[Mapping[str, str | None], ...]


def outcome_of(
    connection: sa.Connection,
    rule: Rule,
    failing_rows: int,
    *,
    catalog: Catalog,
    declared_severity: Severity,
    volume: Volume,
) -> RuleOutcome:
    """Reads a sample only if rows fail."""
    return RuleOutcome(
        rule_id=rule.id,
        table=rule.table,
        severity=rule.severity,
        what=rule.what,
        reason=rule.reason,
        remedy=rule.remedy,
        owner=rule.owner,
        failing_rows=failing_rows,
        sample=_sample(connection, rule, catalog, volume) if failing_rows else (),
        of_table=isinstance(rule, TableRule),
        declared_severity=None if rule.severity is declared_severity else declared_severity,
    )


def _sample(connection: sa.Connection, rule: Rule, catalog: Catalog, volume: Volume) -> Sample:
    match rule:
        case RowRule():
            statement = sample_failing(rule, catalog[rule.table], shown_columns(rule, catalog))
            return tuple(dict(row) for row in connection.execute(statement, {"size": SAMPLE_ROWS}).mappings())
        case UsualVolume():
            return (as_evidence(volume),)
        case Recent():
            newest = connection.execute(newest_changes(rule)).mappings().one()
            return ({name: value and f"{value:%Y-%m-%d %H:%M} UTC" for name, value in newest.items()},)
        case _:
            return ()
