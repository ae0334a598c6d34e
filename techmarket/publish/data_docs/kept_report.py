"""A report as JSON beside the pages and in the ledger: a page can be rebuilt from either."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from techmarket.quality.gate.report import CheckedRowCounts, GateReport, RuleOutcome
from techmarket.quality.rules.row_rules import Rule, Severity
from techmarket.quality.rules.table_rules import TableRule


def to_json(report: GateReport) -> str:
    """The whole report."""
    return json.dumps(asdict(report) | {"checked_at": report.checked_at.isoformat()}, ensure_ascii=False)


def from_json(text: str) -> GateReport:
    """Possibly from an earlier version."""
    kept = json.loads(text)
    outcomes = (
        RuleOutcome(**outcome | {"severity": _severity(outcome["severity"]), "sample": tuple(outcome["sample"])})
        for outcome in kept["outcomes"]
    )
    return GateReport(**kept | {**_plain(kept), "outcomes": tuple(outcomes)})


def from_ledger(
    batch_id: int, *, mode: str, status: str, gate: Mapping[str, Any], overrides: Mapping[str, str], rules: Sequence[Rule]
) -> GateReport:
    """Without samples: the ledger holds no row values. Rules have their current texts."""
    known = {rule.id: rule for rule in rules}
    outcomes = (
        _outcome(known[rule_id], failing_rows, overrides.get(rule_id))
        for rule_id, failing_rows in gate["failing"].items()
        if rule_id in known
    )
    return GateReport(
        batch_id=batch_id,
        outcomes=tuple(outcomes),
        is_check=status == "checked",
        mode=mode,
        **_plain({**gate, "overrides": overrides}),
    )


def _plain(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "checked_at": datetime.fromisoformat(kept["checked_at"]),
        "tables": {name: CheckedRowCounts(**counts) for name, counts in kept["tables"].items()},
        "blocked_by": tuple(kept["blocked_by"]),
        "off": tuple(kept["off"]),
        "overrides": {rule_id: _severity(severity) for rule_id, severity in kept["overrides"].items()},
    }


def _severity(kept: str) -> Severity:
    """Version 0.1 wrote ``critical row``. No warning: nobody can correct a kept report."""
    return Severity(kept.replace(" ", "_"))


def _outcome(rule: Rule, failing_rows: int, override: str | None) -> RuleOutcome:
    return RuleOutcome(
        rule_id=rule.id,
        table=rule.table,
        severity=_severity(override) if override else rule.severity,
        what=rule.what,
        reason=rule.reason,
        remedy=rule.remedy,
        owner=rule.owner,
        failing_rows=failing_rows,
        of_table=isinstance(rule, TableRule),
        declared_severity=rule.severity if override else None,
    )
