"""Updates the Data Docs. A failure is logged and never fails a load."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.project import Project
from techmarket.publish.data_docs import DataDocs
from techmarket.publish.data_docs.kept_report import from_ledger
from techmarket.quality.gate.report import GateReport
from techmarket.quality.quarantine.open_rejects import read_open_rejects
from techmarket.quality.rules.row_rules import Rule
from techmarket.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The result of a rebuild."""

    loads: int
    rejected_rows: int
    address: str


def publish_report(report: GateReport, project: Project) -> str | None:
    """Write the batch's page; return its address, or None on failure."""
    site = DataDocs(project.settings.data_docs_dir)
    return _attempt(f"page of batch {report.batch_id}", lambda: site.publish(report, project.rules), project.settings)


def publish_rejects(warehouse: sa.Engine, project: Project) -> str | None:
    """Write the page of rejected rows; return its address, or None on failure."""

    def write() -> Path:
        with warehouse.connect() as connection:
            return DataDocs(project.settings.data_docs_dir).publish_rejects(read_open_rejects(connection, project))

    return _attempt("page of rejected rows", write, project.settings)


def rebuild_data_docs(warehouse: sa.Engine, project: Project) -> Rebuilt:
    """Write every page: loads from the reports beside the pages, else from the ledger.

    Raises:
        ConfigurationError, TransientError: the warehouse fails.
        OSError: the site cannot be written.
    """
    site = DataDocs(project.settings.data_docs_dir)
    with typed_errors("Reading what the Data Docs show"), warehouse.connect() as connection:
        rejects = read_open_rejects(connection, project)
        loads = site.rebuild(_judged_loads(connection, project.rules), project.rules)
    site.publish_rejects(rejects)
    return Rebuilt(loads, rejects.rows, address(site.directory / "index.html", project.settings))


def address(page: Path, settings: Settings) -> str:
    """Below ``data_docs_url``, or a file URL."""
    base = settings.data_docs_url or settings.data_docs_dir.absolute().as_uri()
    return f"{base.rstrip('/')}/{page.relative_to(settings.data_docs_dir).as_posix()}"


def _judged_loads(connection: sa.Connection, rules: Sequence[Rule]) -> Iterator[GateReport]:
    for row in sql.run(connection, "quality/gate_results"):
        yield from_ledger(row.batch_id, mode=row.mode, status=row.status, gate=row.gate, overrides=row.severity_overrides, rules=rules)


def _attempt(what: str, write: Callable[[], Path], settings: Settings) -> str | None:
    try:
        return address(write(), settings)
    except Exception as exc:  # noqa: BLE001 - a page's failure must not fail a load
        log.warning("the Data Docs: the %s could not be written to %s: %s", what, settings.data_docs_dir, exc)
        return None
