"""Writes the newest release's report."""

import logging
from dataclasses import dataclass

import sqlalchemy as sa

from techmarket.db.driver_errors import typed_errors
from techmarket.errors import ConfigurationError
from techmarket.publish.quality_pages import address
from techmarket.publish.sales_report.figures import read_figures
from techmarket.publish.sales_report.site import write_report
from techmarket.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SalesReport:
    """A written report."""

    batch_id: int
    page: str


def write_newest_report(warehouse: sa.Engine, *, settings: Settings) -> SalesReport | None:
    """Write the newest release's report; None before the first.

    Raises:
        ConfigurationError, TransientError: the warehouse fails, or the page cannot be written.
    """
    with typed_errors("Reading what the sales report shows"), warehouse.connect() as connection:
        figures = read_figures(connection)
    if figures is None:
        return None
    try:
        page = write_report(settings.data_docs_dir, figures)
    except OSError as exc:
        msg = (
            f"The sales report cannot be written to {settings.data_docs_dir}: {exc.strerror or exc}. "
            "Next: let this user write there, or set TECHMARKET_DATA_DOCS_DIR."
        )
        raise ConfigurationError(msg) from exc
    return SalesReport(figures.load["batch_id"], address(page, settings))


def publish_sales_report(warehouse: sa.Engine, *, settings: Settings) -> str | None:
    """Write the newest release's report; return its address, or None without a release or after a failure, which is logged."""
    try:
        report = write_newest_report(warehouse, settings=settings)
    except Exception as exc:  # noqa: BLE001 - a page's failure must not fail a load
        log.warning("the sales report could not be written to %s: %s", settings.data_docs_dir, exc)
        return None
    return report.page if report else None
