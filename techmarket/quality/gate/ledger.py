"""The gate's results in the ledger."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.quality.gate.report import GateReport
from techmarket.quality.gate.statements import newest_staged
from techmarket.quality.rules.row_rules import Rule
from techmarket.quality.rules.table_rules import Recent


def record_gate(connection: sa.Connection, report: GateReport, rules: Sequence[Rule]) -> str:
    """Record counts, broken rules, newest changes and overrides; return the batch's mode."""
    newest = {rule.table: connection.execute(newest_staged(rule)).scalar_one() for rule in rules if isinstance(rule, Recent)}
    gate = {
        "checked_at": report.checked_at.isoformat(),
        "tables": {name: asdict(counts) for name, counts in report.tables.items()},
        "failing": {outcome.rule_id: outcome.failing_rows for outcome in report.outcomes},
        "blocked_by": report.blocked_by,
        "off": report.off,
        "newest": {table: stamp and stamp.isoformat() for table, stamp in newest.items()},
    }
    recorded = sql.run(
        connection,
        "quality/record_gate",
        batch_id=report.batch_id,
        gate=json.dumps(gate),
        severity_overrides=json.dumps(dict(report.overrides)),
    )
    return str(recorded.scalar_one())
