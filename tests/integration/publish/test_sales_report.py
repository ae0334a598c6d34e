"""A small shop's report, with figures computed by hand."""

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from expectations import RULES
from techmarket.cli.commands import write_sales_report
from techmarket.errors import ConfigurationError
from techmarket.model.catalog import CATALOG
from techmarket.project import Project
from techmarket.publish.data_docs import DataDocs, load_entry
from techmarket.publish.quality_pages import publish_rejects
from techmarket.publish.sales_report import publishing, site
from techmarket.publish.sales_report.figures import Figures, read_figures
from techmarket.publish.sales_report.periods import Period, last_full_month
from techmarket.quality.gate.report import GateReport
from techmarket.settings import Settings
from tests.support.browser.chromium import Tab, chromium
from tests.support.browser.printed import counted, printed_words
from tests.support.warehouse.staged_batch import Rows, StagedBatches, category, employee, line, order, payment, product, region

REVIEWED_LIBRARY = "c17f2ce49fb9c71ef7fb39c03f868804ac5ab34730149976eebe6b7f807bef0c"
HOSTILE = "<script>alert('sold')</script>"
LAST_DAY = datetime(2026, 11, 20, 12)  # noqa: DTZ001 - business time
REGIONS = ("Київська область", "Львівська область", "Івано-Франківська область", "Одеська область")


def sold_on(number: int, days_ago: int, quantity: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """One line at 100.05 apiece, cost 60.01."""
    when = LAST_DAY - timedelta(days=days_ago)
    header = order(number, order_date=when, region_id=1 + number % 4, employee_id=1 + number % 2)
    sold = {"product_id": 1 + number % 2, "quantity": quantity, "unit_price": Decimal("100.05"), "discount": Decimal(0)}
    return header, line(number, number, **sold)


def shop() -> Rows:
    """Two pieces every third day for two years, and one on the day after the start of the 28 days."""
    sales = [sold_on(number, 3 * number, 2) for number in range(250)] + [sold_on(900, 26, 1)]
    return {
        "regions": [region(number, name=name) for number, name in enumerate(REGIONS, 1)],
        "categories": [category(1, name="Електроніка"), category(2, name="Смартфони", parent_category_id=1)],
        "products": [
            product(1, name=HOSTILE, category_id=2, unit_cost=Decimal("60.01")),
            product(2, name="Навушники бездротові", unit_cost=Decimal("60.01")),
            product(3, name="Ніким не куплена лампа"),
        ],
        "employees": [employee(1, full_name="Ірина Коваленко"), employee(2, full_name="Олег Шевчук")],
        "orders": [header for header, _ in sales],
        "order_items": [sold for _, sold in sales],
        "payments": [payment(1, 1, paid_at=datetime(2026, 10, 5), amount=Decimal("10.10"))],  # noqa: DTZ001
    }


@pytest.fixture
def released(warehouse: sa.Engine, settings: Settings) -> StagedBatches:
    batches = StagedBatches(warehouse, settings)
    batches.load(shop())
    return batches


def figures_of(batches: StagedBatches) -> Figures:
    with batches.warehouse.connect() as connection:
        figures = read_figures(connection)
    assert figures is not None
    return figures


def test_the_figures_of_28_days_are_exact(released: StagedBatches) -> None:
    figures = figures_of(released)
    assert figures.dynamics
    assert figures.period
    assert figures.period == Period(date(2026, 10, 24), date(2026, 11, 20))
    now, before = figures.dynamics.of(figures.period), figures.dynamics.of(figures.period.before)
    year = figures.dynamics.of(figures.period.year_ago)
    assert now
    assert before
    assert year
    assert (now.orders, now.quantity, now.revenue, now.margin) == (11, 21, Decimal("2101.05"), Decimal("840.84"))
    assert now.average_check == Decimal("191.00")  # 191.0045
    assert figures.margin_percent == Decimal("40.0")  # 40.0200
    assert (before.orders, before.revenue) == (9, Decimal("1800.90"))  # days 30, 33 ... 54 before the last
    assert (year.orders, year.revenue) == (9, Decimal("1800.90"))  # days 366, 369 ... 390
    assert figures.dynamics.of(Period.ending(date(2024, 11, 29))) is None  # one day short
    assert (figures.dynamics.months()[-1].label, figures.month) == ("2026-11", "2026-10")  # November is not over


def test_every_breakdown_adds_up_to_the_headline(released: StagedBatches) -> None:
    figures = figures_of(released)
    for rows in (figures.regions, figures.categories):
        assert sum(row["revenue"] for row in rows) == Decimal("2101.05")
    checks = {(row["name"], row["year_month"]): row["average_check"] for row in figures.average_checks}
    assert len({month for _, month in checks}) == 6
    assert checks["Київська область", "2026-10"] == Decimal("175.09")  # orders 8, 12 and 16 of 200.10, and 900 of 100.05
    assert sum(row["revenue_share_percent"] for row in figures.managers) == 100
    assert [(row["name"], row["amount"]) for row in figures.payments] == [("card", Decimal("10.10"))]
    assert figures.products
    assert figures.products_all_time
    assert figures.products["worst_by_revenue"][0]["name"] == "Ніким не куплена лампа"
    assert sum(row["quantity"] for row in figures.products_all_time["best_by_quantity"]) == 501


def test_margin_in_percent_is_of_the_revenue_whose_cost_is_known(warehouse: sa.Engine, settings: Settings) -> None:
    batches, rows = StagedBatches(warehouse, settings), shop()
    rows["order_items"][0]["product_id"] = 99  # of 200.10, and not known
    batches.load(rows)
    assert figures_of(batches).margin_percent == Decimal("40.0")


def test_a_year_ago_of_which_only_a_part_had_sales_is_not_compared_with(warehouse: sa.Engine, settings: Settings) -> None:
    batches = StagedBatches(warehouse, settings)
    sales = [sold_on(1, 0, 2), sold_on(2, 380, 2)]  # the year before, the 28 days began 392 days before the last one
    batches.load(shop() | {"orders": [header for header, _ in sales], "order_items": [sold for _, sold in sales], "payments": []})
    figures = figures_of(batches)
    assert figures.dynamics
    assert figures.period
    assert figures.dynamics.of(figures.period.year_ago) is None
    assert {row["revenue_year_ago"] for rows in (figures.regions, figures.categories) for row in rows} == {None}


def test_29_february_is_compared_with_28_february() -> None:
    assert Period.ending(date(2024, 2, 29)).year_ago == Period(date(2023, 2, 2), date(2023, 2, 28))


@pytest.mark.parametrize(
    ("first", "last", "month"),
    [
        (date(2026, 1, 1), date(2026, 11, 20), "2026-10"),
        (date(2026, 1, 1), date(2026, 11, 30), "2026-11"),
        (date(2026, 11, 3), date(2026, 11, 20), "2026-11"),
    ],
)
def test_managers_are_compared_over_a_month_that_is_over(first: date, last: date, month: str) -> None:
    assert last_full_month(first, last) == month


def test_a_page_is_written_for_each_release_and_names_are_escaped(released: StagedBatches, settings: Settings) -> None:
    address = publishing.publish_sales_report(released.warehouse, settings=settings)
    assert address
    assert address.endswith("/sales/000000001.html")
    page = (settings.data_docs_dir / "sales" / "000000001.html").read_text(encoding="utf-8")
    assert page == (settings.data_docs_dir / "sales" / "index.html").read_text(encoding="utf-8")
    assert HOSTILE not in page
    assert "&lt;script&gt;alert" in page


def test_a_report_that_cannot_be_written_is_a_warning(
    released: StagedBatches, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.data_docs_dir.parent.mkdir(parents=True, exist_ok=True)
    settings.data_docs_dir.write_text("in the way", encoding="utf-8")
    assert publishing.publish_sales_report(released.warehouse, settings=settings) is None
    assert "the sales report could not be written" in caplog.text


def test_rules_that_rows_wait_for_lead_to_their_place_on_the_page_of_rejected_rows(warehouse: sa.Engine, settings: Settings) -> None:
    StagedBatches(warehouse, settings).load(shop(), rejects=[("orders", 5_000, "orders.status_known", 5_000)])
    publishing.publish_sales_report(warehouse, settings=settings)
    publish_rejects(warehouse, project=Project(CATALOG, RULES, settings))
    page = (settings.data_docs_dir / "sales" / "index.html").read_text(encoding="utf-8")
    (anchor,) = re.findall(r'href="\.\./rejects\.html#([^"]+)"', page)
    assert f'id="{anchor}"' in (settings.data_docs_dir / "rejects.html").read_text(encoding="utf-8")


def test_the_command_writes_the_newest_report_again_and_says_where(
    released: StagedBatches, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("techmarket.settings.load_settings", lambda: settings)
    monkeypatch.setattr("techmarket.db.addresses.warehouse", lambda _settings: released.warehouse)
    page = settings.data_docs_dir / "sales" / "000000001.html"
    write_sales_report()
    assert capsys.readouterr().out == f"Sales report after batch 1: {page.as_uri()}\n"
    page.unlink()
    write_sales_report(as_json=True)
    assert json.loads(capsys.readouterr().out) == {"batch_id": 1, "page": page.as_uri()}
    assert page.exists()


def test_the_command_says_what_to_do_before_the_first_release_and_where_it_may_not_write(
    warehouse: sa.Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("techmarket.settings.load_settings", lambda: settings)
    monkeypatch.setattr("techmarket.db.addresses.warehouse", lambda _settings: warehouse)
    with pytest.raises(ConfigurationError, match=r"No load has been released yet, .* Next: run `techmarket load --full`\."):
        write_sales_report()
    StagedBatches(warehouse, settings).load(shop())
    settings.data_docs_dir.parent.mkdir(parents=True, exist_ok=True)
    settings.data_docs_dir.write_text("in the way", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"cannot be written to .* Next: .* TECHMARKET_DATA_DOCS_DIR\."):
        write_sales_report()


def test_no_report_is_written_before_the_first_release(warehouse: sa.Engine, settings: Settings) -> None:
    assert publishing.publish_sales_report(warehouse, settings=settings) is None
    assert not (settings.data_docs_dir / "sales").exists()


def test_the_chart_library_is_the_one_that_was_reviewed() -> None:
    library = Path(site.__file__).parent / site.CHART_LIBRARY
    assert hashlib.sha256(library.read_bytes()).hexdigest() == REVIEWED_LIBRARY


def screenshots() -> Path:
    folder = Path(os.environ.get("TECHMARKET_TEST_SCREENSHOTS", ".local/screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Tab]:
    with chromium(tmp_path / "profile") as tab:
        yield tab


@pytest.mark.browser
def test_the_page_works_at_desk_and_on_a_phone(released: StagedBatches, settings: Settings, tab: Tab) -> None:
    pictures = screenshots()
    address = publishing.publish_sales_report(released.warehouse, settings=settings)
    assert address
    for width, height in ((1280, 6400), (390, 9600)):
        for scheme in ("light", "dark"):
            tab.resize(width, height)
            tab.prefer(scheme)
            visit = tab.open(address)
            for language, said in (("uk", "Звіт про продажі"), ("en", "Sales report")):
                tab.evaluate(f"document.querySelector('[data-language={language}]').click()")
                assert said in tab.text()
                assert (tab.overflow(), visit.console, visit.failed, visit.hosts(), len(visit.asked)) == (0, [], [], set(), 1)
                assert tab.least_contrast() >= 4.5
                tab.picture(pictures / f"sales-report-{width}-{scheme}-{language}.png")
    tab.open(address)
    assert tab.evaluate("document.documentElement.lang") == "en", "the language is remembered"
    assert tab.evaluate("document.querySelector('.headline b').textContent") == "₴2,101"
    tab.evaluate("document.querySelector('#regions th:nth-child(2) button').click()")
    tab.evaluate("document.querySelector('#regions th:nth-child(2) button').click()")
    assert tab.evaluate("document.querySelector('#regions th:nth-child(2)').getAttribute('aria-sort')") == "ascending"
    values = tab.evaluate("[...document.querySelectorAll('#regions tbody tr')].map(row => Number(row.cells[1].dataset.value))")
    assert values == sorted(values)
    tab.evaluate("document.querySelector('#managers th:nth-child(2) button').focus()")
    tab.press_enter()
    assert tab.evaluate("document.querySelector('#managers th:nth-child(2)').getAttribute('aria-sort')") == "descending"
    tab.evaluate("document.querySelectorAll('.headline b').forEach(figure => { figure.dataset.value = '98765432109'; })")
    tab.evaluate("document.querySelector('.headline b[data-kind=count]').dataset.value = '9876543'")
    tab.evaluate("document.querySelector('[data-language=uk]').click()")
    assert (
        tab.evaluate("[...document.querySelectorAll('.headline b')].filter(b => b.scrollWidth > b.clientWidth).map(b => b.textContent)")
        == []
    )
    assert tab.overflow() == 0
    tab.evaluate("document.querySelector('[data-language=en]').click()")
    assert tab.evaluate("Chart.getChart(document.querySelector('[data-table=payments] canvas')).data.labels") == [["Card"]]
    assert tab.evaluate("Chart.getChart(document.querySelector('[data-table=managers] canvas')).data.labels.flat().length") >= 2
    assert {"Rejected rows", "Rules", "Sales report"} <= set(tab.links())


@pytest.mark.browser
def test_every_section_and_every_row_of_every_table_stands_on_paper(released: StagedBatches, settings: Settings, tab: Tab) -> None:
    address = publishing.publish_sales_report(released.warehouse, settings=settings)
    assert address
    tab.open(address)
    tab.evaluate("document.querySelector('[data-language=uk]').click()")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert tab.evaluate("[...document.querySelectorAll('details')].every(details => details.open)")
    wanted = tab.evaluate("Array.from(document.querySelectorAll('h1, h2, h3, dt, dd, th, td'), part => part.innerText).join(' ')")
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert tab.evaluate("[...document.querySelectorAll('details')].every(details => !details.open)")
    pdf = tab.pdf()
    (screenshots() / "sales-report.pdf").write_bytes(pdf)
    words = printed_words(pdf)
    assert [word.text for word in words if not word.is_whole] == []
    assert counted(wanted) - counted(" ".join(word.text for word in words)) == Counter()


@pytest.mark.browser
def test_a_table_wider_than_a_phone_shows_at_its_side_that_there_is_more(released: StagedBatches, settings: Settings, tab: Tab) -> None:
    address = publishing.publish_sales_report(released.warehouse, settings=settings)
    assert address
    tab.resize(390, 844)
    tab.open(address)
    tab.evaluate("document.querySelector('#certificate').scrollIntoView({block: 'center'})")
    tab.picture(screenshots() / "sales-report-wide-table.png")
    hinted = "[...document.querySelectorAll('.wide')].filter(box => box.scrollWidth > box.clientWidth)"
    attachments = tab.evaluate(f"{hinted}.map(box => getComputedStyle(box).backgroundAttachment)")
    assert attachments
    assert set(attachments) == {"local, local, scroll, scroll, scroll"}


def test_a_report_and_its_load_lead_to_each_other_and_stay_equally_long(
    released: StagedBatches, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_entry, "LOADS_KEPT", 2)
    docs, folder = DataDocs(settings.data_docs_dir), settings.data_docs_dir
    figures = figures_of(released)
    for batch_id in range(1, 5):
        docs.publish(GateReport(batch_id, datetime(2026, 11, 22, batch_id, tzinfo=UTC), outcomes=(), tables={}), [])
        site.write_report(folder, replace(figures, load={**figures.load, "batch_id": batch_id}))
    kept = ["000000003.html", "000000004.html"]
    assert sorted(page.name for page in (folder / "loads").glob("*.html")) == kept
    assert sorted(page.name for page in (folder / "sales").glob("[0-9]*.html")) == kept
    for name in kept:
        assert f'href="../sales/{name}"' in (folder / "loads" / name).read_text(encoding="utf-8")
        assert f'href="../loads/{name}"' in (folder / "sales" / name).read_text(encoding="utf-8")
    (folder / "sales" / kept[0]).unlink()
    docs.rebuild([], [])
    assert "../sales/0" not in (folder / "loads" / kept[0]).read_text(encoding="utf-8")


def test_the_data_docs_lead_to_the_report_once_there_is_one(released: StagedBatches, settings: Settings) -> None:
    docs = DataDocs(settings.data_docs_dir)
    docs.rebuild([], [])
    index = settings.data_docs_dir / "index.html"
    assert "sales/index.html" not in index.read_text(encoding="utf-8")
    publishing.publish_sales_report(released.warehouse, settings=settings)
    docs.rebuild([], [])
    assert "sales/index.html" in index.read_text(encoding="utf-8")
