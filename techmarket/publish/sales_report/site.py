"""The Data Docs' folder ``sales``: a page a release, and the newest as ``index.html``."""

from pathlib import Path

from markupsafe import Markup

from techmarket.publish.data_docs import DataDocs
from techmarket.publish.data_docs import pages as data_docs_pages
from techmarket.publish.data_docs.load_entry import SALES_FOLDER, page_of
from techmarket.publish.sales_report.figures import Figures

CHART_LIBRARY = "chart-4.6.1.umd.min.js"
"""From chart.js 4.6.1, dist/, without its last line, which names a source map (MIT, chart-LICENSE.md)."""

_HERE = Path(__file__).parent
_templates = data_docs_pages.environment(_HERE)
_templates.filters["instant"] = data_docs_pages.instant
_templates.filters["kopiykas"] = lambda amount: int(amount * 100)


def write_report(directory: Path, figures: Figures) -> Path:
    """Write a load's report, link to it from the load's page, and return it.

    Removes reports whose load has no page any more.
    """
    folder = directory / SALES_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    batch_id = figures.load["batch_id"]
    page, gate_pages = folder / page_of(batch_id), directory / "loads"
    text = render(figures, load_page=f"../loads/{page.name}" if (gate_pages / page.name).exists() else None)
    for file in (page, folder / "index.html"):
        data_docs_pages.write(file, text)
    for old in folder.glob("[0-9]*.html"):
        if old != page and not (gate_pages / old.name).exists():
            old.unlink()
    DataDocs(directory).rewrite_load(batch_id)
    return page


def render(figures: Figures, *, load_page: str | None = None) -> str:
    """The page's HTML."""
    scripts = {"chart_library": _script(CHART_LIBRARY), "script": _script("report.js")}
    return _templates.get_template("report.html").render(figures=figures, load_page=load_page, root="../", sales_report=True, **scripts)


def _script(name: str) -> Markup:
    return Markup((_HERE / name).read_text(encoding="utf-8"))  # noqa: S704 - files of this package
