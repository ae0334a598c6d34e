"""What people see of a load in the Prefect UI. Nothing here may fail a load."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from techmarket.certificate import Certificate
from techmarket.quality.report import GateReport

log = logging.getLogger(__name__)

_SECONDS_BETWEEN_UPDATES = 1.0


@contextmanager
def never_fatal(doing: str) -> Iterator[None]:
    """Turn whatever fails in the block into a warning."""
    try:
        yield
    except Exception as exc:  # noqa: BLE001 - a load that moved its rows is a success, whatever the UI's server answers
        log.warning("%s failed and is left out: %s", doing, exc)


class ExtractProgress:
    """One progress artifact a table, brought up to date about once a second; to be called as the extract's ``on_progress``."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._artifacts: dict[str, UUID] = {}
        self._shown_at = 0.0

    def __call__(self, table: str, rows: int, estimate: int) -> None:
        """Show that so many rows of a table are read, of about ``estimate`` (0: unknown)."""
        is_new = table not in self._rows
        self._rows[table] = rows
        if is_new or time.monotonic() - self._shown_at >= _SECONDS_BETWEEN_UPDATES:
            self._show(table, min(99.0, 100 * rows / estimate) if estimate else 0.0)
            self._shown_at = time.monotonic()

    def finish(self) -> None:
        """Show every table as read."""
        for table in self._rows:
            self._show(table, 100.0)

    def _show(self, table: str, percent: float) -> None:
        description = f"Reading {table}: {self._rows[table]:,} rows"
        with never_fatal("showing the extract's progress"):
            if table in self._artifacts:
                update_progress_artifact(self._artifacts[table], progress=percent, description=description)
            else:
                key = f"extract-{table.replace('_', '-')}"
                # A coroutine comes back only where an event loop runs, and none does in a task that is an ordinary function.
                self._artifacts[table] = cast("UUID", create_progress_artifact(percent, key=key, description=description))


class BackfillProgress:
    """One progress artifact: how many windows of a backfill are done."""

    def __init__(self, windows: int) -> None:
        self._windows = windows
        self._artifact: UUID | None = None

    def show(self, done: int, running: int) -> None:
        """Bring it up to date."""
        percent = 100 * done / self._windows
        description = f"{done:,} of {self._windows:,} windows have ended, {running:,} are at work"
        with never_fatal("showing the backfill's progress"):
            if self._artifact:
                update_progress_artifact(self._artifact, progress=percent, description=description)
            else:
                self._artifact = cast("UUID", create_progress_artifact(percent, key="backfill-progress", description=description))


def verdict_markdown(report: GateReport, page_url: str | None, rejects_url: str | None) -> str:
    """The gate's verdict with the way to its page in the Data Docs, and to the rows that wait."""
    pages = ("The batch's page in the Data Docs", page_url), ("Rejected rows that wait", rejects_url)
    links = (f"[{name}]({url})" if url else f"{name}: could not be written, see the log." for name, url in pages)
    return "\n\n".join((report.markdown(), *links)) + "\n"


def summary_rows(certificate: Certificate) -> list[dict[str, int | str]]:
    """What became of the rows of each source table, for the load summary."""
    columns = ("table", "extracted", "merged", "unchanged", "rejected", "held", "excluded", "removed")
    return [{name: getattr(count, name) for name in columns} for count in certificate.tables]


def certificate_rows(certificate: Certificate) -> list[dict[str, str]]:
    """Each proof of the certificate: what was expected, what was found, and whether they are equal. Sums as text, never floats."""
    counts = [
        (f"{t.table}: rows accounted for", t.extracted, t.merged + t.unchanged + t.rejected + t.held + t.excluded, t.balanced)
        for t in certificate.tables
    ]
    sums = [(f"{s.measure}: control sum", s.staged, s.released, s.agrees) for s in certificate.sums]
    return [
        {"proof": proof, "expected": str(expected), "found": str(found), "holds": "yes" if holds else "NO"}
        for proof, expected, found, holds in (*counts, *sums)
    ]
