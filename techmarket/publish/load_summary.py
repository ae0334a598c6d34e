"""A load's outcome as a page."""

from collections.abc import Mapping
from pathlib import Path

from techmarket.errors import TechMarketError
from techmarket.publish.data_docs import DataDocs
from techmarket.publish.data_docs.load_entry import SALES_FOLDER, page_of
from techmarket.publish.quality_pages import address
from techmarket.quality.gate.report import GateReport
from techmarket.release.certificate import Certificate
from techmarket.settings import Settings

_FATES = ("extracted", "merged", "unchanged", "rejected", "held", "excluded", "removed")
# A paragraph is one line: the Prefect UI ends a paragraph at a line break.
_WORDS = """
Every extracted row was **merged** (written), found **unchanged**, **rejected** by a rule, **held** with its rejected order, or \
**excluded** (no sale yet, or no longer). **Removed** rows were in the warehouse, and the source no longer has them as sales.
"""


def released_headline(certificate: Certificate) -> str:
    """What the warehouse received."""
    merged, removed = (sum(getattr(count, fate) for count in certificate.tables) for fate in ("merged", "removed"))
    return f"Batch {certificate.batch_id} is released: {merged:,} rows written, {removed:,} removed"


def released_markdown(certificate: Certificate, report: GateReport, pages: Mapping[str, str]) -> str:
    """``pages`` are addresses by title."""
    head = ["table", *_FATES]
    rows = [[count.table, *(f"{getattr(count, fate):,}" for fate in _FATES)] for count in certificate.tables]
    lines = [f"| {' | '.join(cells)} |" for cells in (head, ["---", *(["---:"] * len(_FATES))], *rows)]
    proofs = len(certificate.tables) + len(certificate.sums)
    return (
        f"# {released_headline(certificate)}\n\nIt worked: all {proofs} proofs of the certificate hold.\n\n## What changed\n\n"
        + "\n".join(lines)
        + f"\n{_WORDS}\n## What is wrong\n\n{report.headline()}\n\n## Where to look\n\n{_links(pages)}"
        + "- The artifact `certificate` has each proof, `quality-gate` each broken rule.\n"
    )


def failed_headline(batch_id: int, failure: BaseException) -> str:
    """Nothing changed, and the failure's class."""
    return f"Batch {batch_id} is not released: {type(failure).__name__}"


def failed_markdown(batch_id: int, failure: BaseException, pages: Mapping[str, str]) -> str:
    """Shows only the pipeline's own messages: others may contain row values."""
    why = str(failure) if isinstance(failure, TechMarketError) else "An unforeseen error; the run's log has it."
    section = f", section {type(failure).__name__}" if isinstance(failure, TechMarketError) else ""
    return (
        f"# {failed_headline(batch_id, failure)}\n\nIt did not work. The warehouse is as its last release left it.\n\n"
        f"## What is wrong\n\n{why}\n\n## Where to look\n\n{_links(pages)}- docs/runbook.md{section}.\n"
    )


def pages_of_load(batch_id: int, settings: Settings) -> dict[str, str]:
    """Addresses of pages that exist."""
    site = DataDocs(settings.data_docs_dir)
    pages: dict[str, Path] = {
        "The batch's page in the Data Docs": site.directory / "loads" / page_of(batch_id),
        "Rejected rows that wait": site.rejects_page,
        "The sales report": site.directory / SALES_FOLDER / page_of(batch_id),
    }
    return {name: address(page, settings) for name, page in pages.items() if page.exists()}


def _links(pages: Mapping[str, str]) -> str:
    return "".join(f"- [{name}]({page})\n" for name, page in pages.items())
