"""The site on disk."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from techmarket.publish.data_docs import kept_report, pages
from techmarket.publish.data_docs.load_entry import SALES_FOLDER, LoadEntry, page_of, worth_keeping
from techmarket.quality.gate.report import GateReport
from techmarket.quality.quarantine.open_rejects import DAYS_SHOWN, OpenRejects
from techmarket.quality.rules.row_rules import Rule, Severity

_LOADS_IN_STRIP = 60


@dataclass(frozen=True)
class DataDocs:
    """The site below one directory."""

    directory: Path

    @property
    def rejects_page(self) -> Path:
        """The page's path."""
        return self.directory / "rejects.html"

    def publish(self, report: GateReport, rules: Sequence[Rule]) -> Path:
        """Write or replace a load's page, update the site, and return the page."""
        page = self._write_load(report)
        self._write_rules(rules)
        self._write_index()
        return page

    def rewrite_load(self, batch_id: int) -> None:
        """Link a load's page to newer pages, if the site has it."""
        kept = self._folder("reports") / f"{Path(page_of(batch_id)).stem}.json"
        if kept.exists():
            self._write_load(kept_report.from_json(kept.read_text(encoding="utf-8")))

    def publish_rejects(self, rejects: OpenRejects) -> Path:
        """Write the page of rejected rows, and their number into the index; return the page."""
        summary = {"rows": rejects.rows, "held": rejects.held, "oldest": rejects.oldest and pages.instant(rejects.oldest)}
        kept = {entry.batch_id: f"loads/{entry.page}" for entry in self._entries()}
        pages.write(self.rejects_page, self._render("rejects.html", root="", rejects=rejects, days=DAYS_SHOWN, load_pages=kept))
        pages.write(self._rejects_summary, json.dumps(summary))
        self._write_index()
        return self.rejects_page

    def rebuild(self, older: Iterable[GateReport], rules: Sequence[Rule]) -> int:
        """Rebuild loads' pages from the reports beside them or else from ``older``; return how many the site shows."""
        reports = {report.batch_id: report for report in older}
        for kept in self._folder("reports").glob("*.json"):
            report = kept_report.from_json(kept.read_text(encoding="utf-8"))
            reports[report.batch_id] = report
        newest_first = sorted(reports.values(), key=lambda report: report.batch_id, reverse=True)
        wanted = {entry.batch_id for entry in worth_keeping(map(LoadEntry.of, newest_first))}
        for report in newest_first:
            if report.batch_id in wanted:
                self._write_load(report)
        self._write_rules(rules)
        return self._write_index()

    @property
    def _rejects_summary(self) -> Path:
        return self.directory / "rejects.json"

    def _render(self, template: str, **values: object) -> str:
        return pages.render(template, sales_report=(self.directory / SALES_FOLDER / "index.html").exists(), **values)

    def _folder(self, name: str) -> Path:
        folder = self.directory / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _write_load(self, report: GateReport) -> Path:
        entry = LoadEntry.of(report)
        page = self._folder("loads") / entry.page
        by_table = {table: [outcome for outcome in report.outcomes if outcome.table == table] for table in report.tables}
        pages.write(self._folder("reports") / f"{page.stem}.json", kept_report.to_json(report))
        has_sales = (self.directory / SALES_FOLDER / entry.page).exists()
        pages.write(page, self._render("load.html", root="../", entry=entry, report=report, by_table=by_table, has_sales=has_sales))
        pages.write(page.with_suffix(".json"), entry.to_json())
        return page

    def _write_rules(self, rules: Sequence[Rule]) -> None:
        by_table = {table: [rule for rule in rules if rule.table == table] for table in dict.fromkeys(rule.table for rule in rules)}
        pages.write(self.directory / "rules.html", self._render("rules.html", root="", by_table=by_table, Severity=Severity))

    def _write_index(self) -> int:
        entries = self._kept_entries()
        rejects = json.loads(self._rejects_summary.read_text(encoding="utf-8")) if self._rejects_summary.exists() else None
        strip = entries[:_LOADS_IN_STRIP][::-1]
        pages.write(self.directory / "index.html", self._render("index.html", root="", entries=entries, strip=strip, rejects=rejects))
        return len(entries)

    def _entries(self) -> list[LoadEntry]:
        files = sorted(self._folder("loads").glob("*.json"), reverse=True)
        return [LoadEntry.from_json(file.read_text(encoding="utf-8")) for file in files]

    def _kept_entries(self) -> list[LoadEntry]:
        entries = self._entries()
        kept = list(worth_keeping(entries))
        for entry in set(entries) - set(kept):
            page = self._folder("loads") / entry.page
            for file in (page, self._folder("reports") / f"{page.stem}.json", page.with_suffix(".json")):
                file.unlink(missing_ok=True)
        return kept
