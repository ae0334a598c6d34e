"""A comparison's outcome, as data and for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from techmarket.errors import WarehouseDriftError
from techmarket.reconcile.comparison import Difference, Kind, Tally
from techmarket.reconcile.disposition import Disposition, JudgedDifference

MOST_LISTED = 500
"""In a list for people."""

_ENDED_EARLY = "The comparison ended there; `techmarket load --full` mends that much sooner than a repair."
_REMEDY = "Next: look at the listed rows; if the source is right, `techmarket reconcile --repair` brings exactly them into line."


@dataclass(frozen=True, slots=True)
class TableReport:
    """One table's counts."""

    tally: Tally
    counts: Mapping[tuple[Disposition, Kind], int]

    def count(self, disposition: Disposition, kind: Kind | None = None) -> int:
        """Differing rows, of one kind or all."""
        return sum(rows for (judged, how), rows in self.counts.items() if judged is disposition and kind in {None, how})

    def as_row(self) -> dict[str, str | int]:
        """A row of the printed table: drift by kind, then other differences."""
        drift = {kind.value: self.count(Disposition.DRIFT, kind) for kind in Kind}
        rows = {"in source": self.tally.source_rows, "in warehouse": self.tally.warehouse_rows}
        return {
            "table": self.tally.target,
            **rows,
            **drift,
            "pending": self.count(Disposition.PENDING),
            "held": self.count(Disposition.HELD),
        }


@dataclass(frozen=True, slots=True)
class ReconcileReport:
    """A comparison at one instant."""

    compared_at: datetime
    """By the source's clock."""
    tables: tuple[TableReport, ...]
    drift: tuple[Difference, ...]
    """Complete unless the comparison ended early."""
    excused: tuple[JudgedDifference, ...]
    """The first of the other differences."""
    is_complete: bool
    """False if too much drift for a repair by row ended the comparison."""

    @property
    def requested_keys(self) -> dict[str, list[int]]:
        """Keys by table that a repair requests."""
        keys: dict[str, set[int]] = {}
        for difference in self.drift:
            keys.setdefault(difference.compared.requested_table, set()).update(difference.requested_keys)
        return {table: sorted(found) for table, found in keys.items()}

    def as_json(self) -> dict[str, object]:
        """For scripts: all drift, and the first other differences."""
        tables = [table.as_row() for table in self.tables]
        summary = {"verdict": self.verdict(), "compared_at": self.compared_at.isoformat(), "is_complete": self.is_complete}
        return {**summary, "tables": tables, "rows": self.listed(None)}

    def listed(self, most: int | None = MOST_LISTED) -> list[dict[str, str | int]]:
        """Differing rows for a printed table, drift first; at most ``most`` (None: all)."""
        drift = (JudgedDifference(difference, Disposition.DRIFT) for difference in self.drift)
        return [judged.as_row() for judged in islice(chain(drift, self.excused), most)]

    def verdict(self) -> str:
        """The result in a sentence or two."""
        if not self.drift:
            return f"The warehouse equals the source{', but for what a load or the steward will mend' if self.excused else ''}."
        found = [_rows(table) for table in self.tables if table.count(Disposition.DRIFT)]
        early = "" if self.is_complete else f" {_ENDED_EARLY}"
        return f"The warehouse differs from the source: {', '.join(found)}.{early}"

    def require_equal(self) -> None:
        """Check that there is no drift.

        Raises:
            WarehouseDriftError: rows differ that no routine load repairs.
        """
        if self.drift:
            msg = f"{self.verdict()} {_REMEDY}"
            raise WarehouseDriftError(msg)


def _rows(table: TableReport) -> str:
    rows = table.count(Disposition.DRIFT)
    return f"{rows:,} row{'s' if rows > 1 else ''} of {table.tally.target}"
