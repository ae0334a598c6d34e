"""Index entries, and how long they are kept."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from techmarket.quality.gate.report import GateReport, Verdict

LOADS_KEPT = 100
"""Newest loads and checks with a page; of older ones, the last of each day for a year."""
_A_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class LoadEntry:
    """A load's line in the index."""

    batch_id: int
    checked_at: datetime
    verdict: Verdict
    rules: int
    failed: int
    staged: int
    rejected: int
    held: int
    mode: str = ""
    is_check: bool = False
    overrides: int = 0

    @classmethod
    def of(cls, report: GateReport) -> Self:
        """From a report."""
        return cls(
            batch_id=report.batch_id,
            checked_at=report.checked_at,
            verdict=report.verdict,
            rules=len(report.outcomes),
            failed=len(report.failed),
            staged=sum(counts.staged for counts in report.tables.values()),
            rejected=sum(report.rejected.values()),
            held=sum(report.held.values()),
            mode=report.mode,
            is_check=report.is_check,
            overrides=len(report.overrides),
        )

    @property
    def name(self) -> str:
        """For people."""
        return f"{'Check' if self.is_check else 'Load'} {self.batch_id}"

    @property
    def page(self) -> str:
        """The page's file name."""
        return page_of(self.batch_id)

    @property
    def day(self) -> date:
        """Day of the check, UTC."""
        return self.checked_at.astimezone(UTC).date()

    def to_json(self) -> str:
        """As kept beside the page."""
        return json.dumps(asdict(self) | {"checked_at": self.checked_at.isoformat()})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Possibly from an earlier version."""
        kept = json.loads(text)
        return cls(**kept | {"checked_at": datetime.fromisoformat(kept["checked_at"]), "verdict": Verdict(kept["verdict"])})


SALES_FOLDER = "sales"


def page_of(batch_id: int) -> str:
    """For a load's page and its sales report; sorts by load."""
    return f"{batch_id:09}.html"


def worth_keeping(entries: Iterable[LoadEntry]) -> Iterator[LoadEntry]:
    """Newest first."""
    days: set[date] = set()
    newest: datetime | None = None
    for position, entry in enumerate(entries):
        newest = newest or entry.checked_at
        is_new = position < LOADS_KEPT
        is_last_of_its_day = not entry.is_check and entry.day not in days and newest - entry.checked_at < _A_YEAR
        if is_new or is_last_of_its_day:
            yield entry
        if not entry.is_check:
            days.add(entry.day)
