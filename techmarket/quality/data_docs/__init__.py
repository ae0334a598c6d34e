"""The Data Docs: what the gate found, load by load, as a static site that needs no network and no script.

``index.html`` lists the loads, the newest first; ``loads/<batch>.html`` is a load's page; ``rules.html`` says what is asked
of the data. Beside each load's page lies a small JSON file, from which the index is built: a load costs the same however
long the history is.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from techmarket.quality.report import GateReport, Verdict
from techmarket.quality.rules import Severity

LOADS_KEPT = 100
"""Pages of loads that the site keeps; older ones are removed."""

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_pages.filters["instant"] = lambda moment: f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
_pages.filters["count"] = lambda number: f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


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

    @classmethod
    def of(cls, report: GateReport) -> "LoadEntry":
        """The line of a report."""
        return cls(
            batch_id=report.batch_id,
            checked_at=report.checked_at,
            verdict=report.verdict,
            rules=len(report.outcomes),
            failed=len(report.failed),
            staged=sum(counts.staged for counts in report.tables.values()),
            rejected=sum(report.rejected.values()),
            held=sum(report.held.values()),
        )

    @property
    def page(self) -> str:
        """Name of the load's page."""
        return f"{self.batch_id:09}.html"

    def to_json(self) -> str:
        """The line as it is kept beside the page."""
        return json.dumps(asdict(self) | {"checked_at": self.checked_at.isoformat()})

    @classmethod
    def from_json(cls, text: str) -> "LoadEntry":
        """A line that was kept."""
        kept = json.loads(text)
        return cls(**kept | {"checked_at": datetime.fromisoformat(kept["checked_at"]), "verdict": Verdict(kept["verdict"])})


def publish(report: GateReport, directory: Path) -> Path:
    """Write a load's page and bring the site up to date; a load published again replaces its page.

    Returns:
        The load's page.
    """
    loads = directory / "loads"
    loads.mkdir(parents=True, exist_ok=True)
    entry = LoadEntry.of(report)
    page = loads / entry.page
    by_table = {table: [outcome for outcome in report.outcomes if outcome.table == table] for table in report.tables}
    _write(page, _render("load.html", root="../", entry=entry, report=report, by_table=by_table))
    _write(page.with_suffix(".json"), entry.to_json())
    _write(directory / "rules.html", _render("rules.html", root="", entry=entry, by_table=by_table, severities=list(Severity)))
    _write(directory / "index.html", _render("index.html", root="", entries=list(_kept(loads))))
    return page


def _render(template: str, **values: object) -> str:
    return _pages.get_template(template).render(values)


def _kept(loads: Path) -> Iterator[LoadEntry]:
    """The loads that the site keeps, the newest first. Older ones are removed on the way."""
    for position, kept in enumerate(sorted(loads.glob("*.json"), reverse=True)):
        if position < LOADS_KEPT:
            yield LoadEntry.from_json(kept.read_text(encoding="utf-8"))
        else:
            kept.with_suffix(".html").unlink(missing_ok=True)
            kept.unlink()


def _write(file: Path, text: str) -> None:
    """Write a file so that a reader sees the old text or the new one, never a part."""
    draft = file.with_name(f"{file.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)
