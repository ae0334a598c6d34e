"""A load's artifacts in the Prefect UI. A failure here does not fail the load."""

import logging
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import cast
from uuid import UUID

from prefect import get_run_logger
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact

from techmarket.publish.load_summary import failed_headline, failed_markdown, pages_of_load, released_headline, released_markdown
from techmarket.quality.gate.report import GateReport
from techmarket.release.certificate import Certificate
from techmarket.settings import load_settings

log = logging.getLogger(__name__)

_SECONDS_BETWEEN_UPDATES = 1.0
_SUMMARY = "load-summary"


@contextmanager
def never_fatal(doing: str) -> Iterator[None]:
    """Turn any error into a warning."""
    try:
        yield
    except Exception as exc:  # noqa: BLE001 - a load that moved its rows has succeeded, whatever the UI's server answers
        log.warning("%s failed and is left out: %s", doing, exc)


class ExtractProgress:
    """An extract's progress artifact."""

    def __init__(self, tables: Collection[str]) -> None:
        self._tables = tables
        self._rows: dict[str, int] = {}
        self._shares: dict[str, float] = {}
        self._artifact = _ProgressArtifact("extract-progress")
        self._shown_at = 0.0

    def count(self, what: str, done: int, of: int, /) -> None:
        """Show rows read of a table, of about ``of`` (0: unknown)."""
        self._rows[what], self._shares[what] = done, min(0.99, done / of) if of else 0.0
        if time.monotonic() - self._shown_at >= _SECONDS_BETWEEN_UPDATES:
            estimate = f" of about {max(done, of):,}" if of else ""
            begun = f"{len(self._rows)} of {len(self._tables)} tables are begun or read"
            self._artifact.show(100 * sum(self._shares.values()) / len(self._tables), f"Reading {what}: {done:,}{estimate} rows; {begun}")
            self._shown_at = time.monotonic()

    @contextmanager
    def step(self, name: str, /) -> Iterator[None]:  # noqa: ARG002 - the protocol's
        """Does nothing: here, steps are tasks."""
        yield

    def finish(self) -> None:
        """Show each table's final number of rows."""
        counts = ", ".join(f"{table} {rows:,}" for table, rows in self._rows.items())
        self._artifact.show(100.0, f"Read {sum(self._rows.values()):,} rows: {counts}" if counts else "Read 0 rows")


class BackfillProgress:
    """Progress of a backfill's windows."""

    def __init__(self, windows: int) -> None:
        self._windows = windows
        self._artifact = _ProgressArtifact("backfill-progress")

    def show(self, done: int, running: int) -> None:
        """Update it."""
        self._artifact.show(100 * done / self._windows, f"{done:,} of {self._windows:,} windows have ended, {running:,} are running")


class _ProgressArtifact:
    def __init__(self, key: str) -> None:
        self._key = key
        self._id: UUID | None = None

    def show(self, percent: float, description: str) -> None:
        with never_fatal(f"showing the {self._key}"):
            if self._id:
                update_progress_artifact(self._id, progress=percent, description=description)
            else:
                # Prefect returns a coroutine only inside an event loop, which an ordinary task or flow lacks.
                self._id = cast("UUID", create_progress_artifact(percent, key=self._key, description=description))


def show_release(certificate: Certificate, report: GateReport) -> None:
    """Publish the outcome as first artifact; log it last."""
    with never_fatal("showing the outcome"):
        headline = released_headline(certificate)
        pages = pages_of_load(certificate.batch_id, load_settings())
        create_markdown_artifact(released_markdown(certificate, report, pages), key=_SUMMARY, description=headline)
        get_run_logger().info("%s. %s", headline, report.headline())


def show_failure(batch_id: int, failure: BaseException) -> None:
    """Publish why a load did not release, and what to do."""
    with never_fatal("showing the outcome"):
        pages = pages_of_load(batch_id, load_settings())
        create_markdown_artifact(failed_markdown(batch_id, failure, pages), key=_SUMMARY, description=failed_headline(batch_id, failure))


def verdict_markdown(report: GateReport, page_url: str | None, rejects_url: str | None) -> str:
    """The gate's verdict with links to its Data Docs page and the rows in quarantine."""
    title, _, rest = report.markdown().partition("\n")
    pages = ("The batch's page in the Data Docs", page_url), ("Rejected rows that wait", rejects_url)
    links = (f"[{name}]({url})" if url else f"{name}: could not be written, see the log." for name, url in pages)
    return "\n\n".join((title, " · ".join(links), rest.lstrip())) + "\n"


def certificate_rows(certificate: Certificate) -> list[dict[str, str]]:
    """Each proof: expected, found, whether equal. Sums are text, never floats."""
    counts = [
        (f"{t.table}: rows accounted for", t.extracted, t.merged + t.unchanged + t.rejected + t.held + t.excluded, t.balanced)
        for t in certificate.tables
    ]
    sums = [(f"{s.measure}: control sum", s.staged, s.released, s.agrees) for s in certificate.sums]
    return [
        {"proof": proof, "expected": str(expected), "found": str(found), "holds": "yes" if holds else "NO"}
        for proof, expected, found, holds in (*counts, *sums)
    ]
