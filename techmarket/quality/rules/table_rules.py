"""Rules about a staged table as a whole."""

from dataclasses import dataclass
from datetime import timedelta

from techmarket.db.quoting import quote_literal, quote_postgres
from techmarket.errors import ConfigurationError
from techmarket.quality.rules.row_rules import Rule, Severity

LOADS_COMPARED = 14


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
        """None."""
        return ()


@dataclass(frozen=True, kw_only=True)
class TableCondition(TableRule):
    """An SQL condition; it fails on NULL."""

    holds: str


@dataclass(frozen=True, kw_only=True)
class Recent(TableRule):
    """The source has changed a row lately.

    The newest released change counts as well, because an incremental load may stage nothing. The rule holds before the first release.
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
        """Newest change staged; timestamps in the future are ignored."""
        column = quote_postgres(self.column)
        return f"(SELECT max({column}) FROM stg.{quote_postgres(self.table)} WHERE {column} <= now())"  # noqa: S608 - names of the catalogue

    @property
    def newest_released(self) -> str:
        """Newest change released; NULL before the first release."""
        seen = f"cast(gate -> 'newest' ->> {quote_literal(self.table)} AS timestamptz)"
        return f"(SELECT max({seen}) FROM dwh.load_batches WHERE status = 'released')"  # noqa: S608 - names of the catalogue

    @property
    def holds(self) -> str:
        """The newest known change is recent enough."""
        newest = f"greatest({self.newest_staged}, {self.newest_released})"
        return f"{self.newest_released} IS NULL OR {newest} >= now() - INTERVAL '{self.within.total_seconds():.0f} seconds'"


@dataclass(frozen=True, kw_only=True)
class UsualVolume(TableRule):
    """The staged rows are in the band of :mod:`techmarket.quality.gate.usual_volume`, if there is one."""

    severity: Severity = Severity.WARNING
