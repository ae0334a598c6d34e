"""``python -m infra.docs.render``: writes the rendered files. A test compares them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from expectations import RULES
from infra.docs import excerpts, measured_figures, performance_chart
from infra.docs.bi import powerbi, tableau
from infra.docs.decisions import render_index
from infra.docs.dictionary import render_dictionary
from infra.docs.settings_reference import render_settings
from techmarket.model.catalog import CATALOG
from techmarket.model.star import STAR
from techmarket.quality.quarantine.rendering import hold_orders
from techmarket.quality.rules import rulebook
from techmarket.reconcile.rendering import compare_files
from techmarket.release.rendering import release_files
from techmarket.staging import tables

RENDERED: Mapping[Path, Callable[[], str]] = MappingProxyType(
    {
        Path("sql/postgres/02_stg_tables.sql"): lambda: tables.staged_tables(CATALOG),
        Path("sql/postgres/quarantine/hold_orders.sql"): lambda: hold_orders(STAR),
        **{Path("sql/postgres", file): render for file, render in release_files(STAR).items()},
        **{Path("sql", file): render for file, render in compare_files(STAR).items()},
        Path("docs/quality.md"): lambda: rulebook.render_rulebook(RULES),
        Path("docs/data-dictionary.md"): render_dictionary,
        Path("docs/settings.md"): render_settings,
        Path("docs/adr/README.md"): render_index,
        excerpts.PAGE: excerpts.with_current_sql,
        Path("docs/performance.svg"): performance_chart.render_chart,
        Path("README.md"): measured_figures.in_english,
        Path("README.uk.md"): measured_figures.in_ukrainian,
        **powerbi.project(),
        Path("docs/bi/techmarket.tds"): tableau.data_source,
    }
)

if __name__ == "__main__":
    for path, render in RENDERED.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(), encoding="utf-8")
