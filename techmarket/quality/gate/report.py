"""The gate's report as plain values, which cross process boundaries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from techmarket.errors import DataQualityError
from techmarket.quality.rules.row_rules import Severity


class Verdict(StrEnum):
    """As the ledger stores it."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    WARN = "WARN"
    """Released, but a rule is broken."""
    DATA_FAIL = "DATA_FAIL"
    """Blocked: a critical rule on a table is broken, or too many rows are rejected."""
    CHECK_ERROR = "CHECK_ERROR"
    """A check could not run; the gate raises CheckError instead of a report."""


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """One rule's result."""

    rule_id: str
    table: str
    severity: Severity
    what: str
    reason: str
    remedy: str
    owner: str
    failing_rows: int
    """1 for a broken rule on a whole table."""
    sample: tuple[Mapping[str, str | None], ...] = ()
    """Key and the rule's columns, personal data hidden. For a rule on a whole table: what was observed."""
    of_table: bool = False
    declared_severity: Severity | None = None
    """If this run overrides it."""

    @property
    def passed(self) -> bool:
        """Whether no row breaks the rule."""
        return self.failing_rows == 0


@dataclass(frozen=True, slots=True)
class CheckedRowCounts:
    """One table's staged rows by result."""

    staged: int
    rejected: int = 0
    """They break a critical row rule themselves."""
    newly_rejected: int = 0
    """No released load has rejected them before."""
    held: int = 0
    """Their order's header or one of its lines is rejected."""
    seconds: float = 0.0

    @property
    def reject_share(self) -> float:
        """0 to 1."""
        return self.rejected / self.staged if self.staged else 0.0


@dataclass(frozen=True, slots=True)
class GateReport:
    """The verdict on one batch, and its evidence."""

    batch_id: int
    checked_at: datetime
    outcomes: tuple[RuleOutcome, ...]
    tables: Mapping[str, CheckedRowCounts]
    blocked_by: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    overrides: Mapping[str, Severity] = field(default_factory=dict)
    is_check: bool = False
    """Checked only, never released."""
    mode: str = ""
    """A :class:`techmarket.model.modes.Mode`."""

    @property
    def verdict(self) -> Verdict:
        """DATA_FAIL if blocked, else WARN if anything failed."""
        if self.blocked_by:
            return Verdict.DATA_FAIL
        return Verdict.WARN if self.failed else Verdict.PASS

    @property
    def failed(self) -> tuple[RuleOutcome, ...]:
        """Broken rules, most severe first."""
        order = (Severity.CRITICAL_TABLE, Severity.CRITICAL_ROW, Severity.WARNING)
        return tuple(sorted((o for o in self.outcomes if not o.passed), key=lambda o: (order.index(o.severity), o.rule_id)))

    @property
    def rejected(self) -> dict[str, int]:
        """Rejected rows by table."""
        return {name: counts.rejected for name, counts in self.tables.items()}

    @property
    def held(self) -> dict[str, int]:
        """Rows held with their order, by table."""
        return {name: counts.held for name, counts in self.tables.items()}

    def headline(self) -> str:
        """The verdict in one sentence."""
        if not self.failed:
            return f"{self.verdict}: all {len(self.outcomes)} rules hold."
        rejected, held = sum(self.rejected.values()), sum(self.held.values())
        broken = f"{len(self.failed)} of {len(self.outcomes)} rules are broken"
        return f"{self.verdict}: {broken}; {rejected:,} rows are rejected, {held:,} held with their order."

    def summary(self) -> str:
        """One line for a log."""
        return (
            f"verdict={self.verdict} rules={len(self.outcomes)} failed={len(self.failed)}"
            f" rejected={sum(self.rejected.values())} held={sum(self.held.values())}"
        )

    @property
    def subject(self) -> str:
        """The batch or check, for a heading."""
        return f"Check {self.batch_id}, nothing is released" if self.is_check else f"Batch {self.batch_id}"

    def markdown(self) -> str:
        """The report, for an artifact."""
        lines = [f"# {self.subject}: {self.verdict}", "", self.headline(), ""]
        lines += [f"- **Severity of this run alone:** `{rule_id}` is {severity.words}" for rule_id, severity in self.overrides.items()]
        lines += [f"- **Off:** `{rule_id}`" for rule_id in self.off]
        lines += [f"- **Blocked:** {reason}" for reason in self.blocked_by]
        if self.failed:
            lines += ["", "| rule | severity | failing rows | what must hold |", "|---|---|---:|---|"]
            lines += [f"| `{o.rule_id}` | {o.severity.words} | {o.failing_rows:,} | {o.what} |" for o in self.failed]
        lines += ["", "| table | staged | rejected | held |", "|---|---:|---:|---:|"]
        lines += [f"| {name} | {c.staged:,} | {c.rejected:,} | {c.held:,} |" for name, c in self.tables.items()]
        return "\n".join(lines)


def require_promotable(report: GateReport) -> None:
    """Refuse a blocked batch.

    Raises:
        DataQualityError: the verdict is DATA_FAIL.
    """
    if not report.blocked_by:
        return
    msg = (
        f"The quality gate blocked batch {report.batch_id}; nothing in the warehouse changed. {' '.join(report.blocked_by)}"
        f" Next: see the page of batch {report.batch_id} in the Data Docs and `techmarket rejects`, mend the source, load again."
    )
    raise DataQualityError(msg)
