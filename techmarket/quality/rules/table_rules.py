"""Rules about a staged table as a whole, which have no failing rows."""

from dataclasses import dataclass
from datetime import timedelta

from techmarket.db.quoting import quote_literal, quote_postgres
from techmarket.errors import ConfigurationError
from techmarket.quality.rules.row_rules import Rule, Severity

LOADS_COMPARED = 14
"""Earlier loads of the same kind that a rule on volume compares with."""


@dataclass(frozen=True, kw_only=True)
class TableRule(Rule):
    """A requirement of a staged table."""

    severity: Severity = Severity.CRITICAL_TABLE

    def __post_init__(self) -> None:
        if self.severity is Severity.CRITICAL_ROW:
            msg = f"Rule {self.id!r} is about a whole table and has no rows to quarantine: make it critical for the table, or a warning."
            raise ConfigurationError(msg)

    @property
    def columns(self) -> tuple[str, ...]:
        """None: the rule is about the table."""
        return ()


@dataclass(frozen=True, kw_only=True)
class TableCondition(TableRule):
    """A condition in SQL; it fails on NULL."""

    holds: str


@dataclass(frozen=True, kw_only=True)
class Recent(TableRule):
    """The source has changed a row of the table lately.

    An incremental load may stage nothing, so the newest change of the released loads counts as well. Before the first release the rule
    holds.
    """

    severity: Severity = Severity.WARNING
    column: str
    within: timedelta

    @property
    def columns(self) -> tuple[str, ...]:
        """The timestamp of the change."""
        return (self.column,)

    @property
    def newest_staged(self) -> str:
        """SQL for the newest change among the staged rows; timestamps in the future are ignored."""
        column = quote_postgres(self.column)
        return f"(SELECT MAX({column}) FROM stg.{quote_postgres(self.table)} WHERE {column} <= NOW())"  # noqa: S608 - names of the catalogue

    @property
    def newest_released(self) -> str:
        """SQL for the newest change in released loads; NULL before the first."""
        seen = f"CAST(gate -> 'newest' ->> {quote_literal(self.table)} AS timestamptz)"
        return f"(SELECT MAX({seen}) FROM dwh.load_batches WHERE status = 'released')"  # noqa: S608 - names of the catalogue

    @property
    def holds(self) -> str:
        """Whether the newest known change is recent enough."""
        newest = f"GREATEST({self.newest_staged}, {self.newest_released})"
        return f"{self.newest_released} IS NULL OR {newest} >= NOW() - INTERVAL '{self.within.total_seconds():.0f} seconds'"


@dataclass(frozen=True, kw_only=True)
class UsualVolume(TableRule):
    """The number of staged rows is similar to that of the newest released loads of the same kind.

    :mod:`techmarket.quality.gate.usual_volume` computes the band; without enough loads to compare with, the rule holds.
    """

    severity: Severity = Severity.WARNING
