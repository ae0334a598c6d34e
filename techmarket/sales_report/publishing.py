"""Publish the report after a release. What fails here is logged and never fails a load."""

import logging

import sqlalchemy as sa

from techmarket.quality.publishing import address
from techmarket.sales_report.figures import read_figures
from techmarket.sales_report.site import write_report
from techmarket.settings import Settings

log = logging.getLogger(__name__)


def publish_sales_report(warehouse: sa.Engine, *, settings: Settings) -> str | None:
    """Write the report of the newest release.

    Returns:
        The page's address, or None before the first release or when the page could not be written.
    """
    try:
        with warehouse.connect() as connection:
            figures = read_figures(connection)
        return address(write_report(settings.data_docs_dir, figures), settings) if figures else None
    except Exception as exc:  # noqa: BLE001 - what goes wrong with a page must not undo a load
        log.warning("the sales report could not be written to %s: %s", settings.data_docs_dir, exc)
        return None
