"""An independent calculation from the order system gives the same figures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
import sqlalchemy as sa

from expectations import RULES
from techmarket.db.engines import Databases
from techmarket.load.load import LoadResult, load
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import LoadRequest, Project
from techmarket.seed import History, generate
from techmarket.settings import Settings
from tests.support.browser.chromium import Tab, chromium
from tests.support.warehouse.warehouse_model import WarehouseModel

SPOILED = """
UPDATE order_items AS i JOIN (
    SELECT i.order_id, MIN(i.order_item_id) AS first_line
    FROM order_items AS i JOIN orders AS o ON i.order_id = o.order_id
    WHERE o.status IN ('paid', 'shipped', 'delivered') GROUP BY i.order_id ORDER BY i.order_id DESC LIMIT 3
) AS recent ON i.order_item_id = recent.first_line
SET i.quantity = -3
"""
MONTHS = {
    "uk": ("січ.", "лют.", "бер.", "квіт.", "трав.", "черв.", "лип.", "серп.", "вер.", "жовт.", "лист.", "груд."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"),
}


@dataclass(frozen=True)
class Shop:
    """Three recent orders are bad."""

    source: sa.Engine
    sales: pd.DataFrame
    loaded: LoadResult
    began: datetime
    ended: datetime


@pytest.fixture
def shop(source_admin: sa.Engine, source: sa.Engine, warehouse: sa.Engine, settings: Settings) -> Shop:
    generate(source_admin, History(orders=1_500, seed=11))
    with source_admin.begin() as connection:
        assert connection.exec_driver_sql(SPOILED).rowcount == 3
    began, model = datetime.now(UTC), WarehouseModel()
    loaded = load(Databases(source, warehouse), request=LoadRequest(Mode.FULL), project=Project(CATALOG, RULES, settings))
    model.observe(source_admin, warehouse, full=True)
    return Shop(source_admin, pd.DataFrame(list(model.sales().values())), loaded, began, datetime.now(UTC))


@pytest.fixture
def tab(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    assert shop.loaded.sales_report
    with chromium(tmp_path_factory.mktemp("profile")) as tab:
        tab.open(shop.loaded.sales_report)
        yield tab


def rounded(amount: Decimal, places: str) -> Decimal:
    return amount.quantize(Decimal(places), ROUND_HALF_UP)


def written(number: Decimal, language: str) -> str:
    text = f"{number:,}"
    return text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",") if language == "uk" else text


def hryvnias(amount: Decimal, language: str) -> str:
    whole = written(rounded(amount, "1"), language)
    return f"{whole}\N{NO-BREAK SPACE}₴" if language == "uk" else f"₴{whole}"


def totals(sales: pd.DataFrame, first: date, last: date) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Revenue, orders, average check and margin of a period."""
    within = sales[(sales["sale_date"] >= first) & (sales["sale_date"] <= last)]
    revenue, orders = within["revenue"].sum(), Decimal(within["order_id"].nunique())
    return revenue, orders, rounded(revenue / orders, "0.01"), within["margin"].sum()


def headlines(sales: pd.DataFrame, language: str) -> list[tuple[str, str, str]]:
    """Each headline figure, with its changes from the 28 days and from the year before."""
    last = sales["sale_date"].max()
    first = last - timedelta(days=27)
    now = totals(sales, first, last)
    before = totals(sales, first - timedelta(days=28), first - timedelta(days=1))
    year_ago = totals(sales, first.replace(year=first.year - 1), last.replace(year=last.year - 1))

    def change(figure: int, on: tuple[Decimal, ...]) -> str:
        percent = Decimal(f"{(now[figure] - on[figure]) * 100 / on[figure]:.1f}")
        sign = "+" if percent > 0 else ""
        return f"{sign}{written(percent, language)}\N{NO-BREAK SPACE}%"

    shown = [hryvnias(now[0], language), written(now[1], language), hryvnias(now[2], language), hryvnias(now[3], language)]
    return [(figure, change(place, before), change(place, year_ago)) for place, figure in enumerate(shown)]


def moments(shop: Shop, language: str) -> set[str]:
    """Every minute of the load, in Kyiv time and the reader's format."""
    seconds = range(int((shop.ended - shop.began).total_seconds()) + 2)
    kyiv = [(shop.began + timedelta(seconds=second)).astimezone(ZoneInfo("Europe/Kyiv")) for second in seconds]
    year = {"uk": "%Y р., %H:%M", "en": "%Y, %H:%M"}[language]
    return {f"{at.day} {MONTHS[language][at.month - 1]} {at:{year}}" for at in kyiv}


def texts(tab: Tab, selector: str) -> list[str]:
    shown = tab.evaluate(f"Array.from(document.querySelectorAll({selector!r}), found => found.textContent.trim())")
    return [str(text).replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}") for text in shown]


def expected_rejects(source: sa.Engine) -> Mapping[str, int]:
    """Open rejects by table and rule: the three lines and the rows held with them."""
    with source.connect() as connection:
        lines = pd.read_sql(sa.text("SELECT order_id, quantity FROM order_items"), connection)
        payments = pd.read_sql(sa.text("SELECT order_id FROM payments"), connection)
    spoiled = set(lines[lines["quantity"] <= 0]["order_id"])
    rejects = {
        "order_items: order_items.quantity_positive": len(spoiled),
        "orders: held_with_order": len(spoiled),
        "order_items: held_with_order": int((lines["order_id"].isin(spoiled) & (lines["quantity"] > 0)).sum()),
        "payments: held_with_order": int(payments["order_id"].isin(spoiled).sum()),
    }
    return {rule: rows for rule, rows in rejects.items() if rows}


@pytest.mark.browser
def test_headline_certificate_freshness_and_rejects_are_the_sources_in_both_languages(shop: Shop, tab: Tab) -> None:
    with shop.source.connect() as connection:
        read = {table: connection.exec_driver_sql(f"SELECT COUNT(*) FROM {table}").scalar_one() for table in CATALOG}
    for language in ("uk", "en"):
        tab.evaluate(f"document.querySelector('[data-language={language}]').click()")
        figures = zip(
            texts(tab, ".headline b"),
            texts(tab, ".headline p:nth-of-type(1) [data-kind=change]"),
            texts(tab, ".headline p:nth-of-type(2) [data-kind=change]"),
            strict=True,
        )
        assert list(figures) == headlines(shop.sales, language)
        rows = zip(texts(tab, "#certificate td:nth-child(1)"), texts(tab, "#certificate td:nth-child(2)"), strict=True)
        assert dict(rows) == {table: written(Decimal(rows), language) for table, rows in read.items()}
        assert texts(tab, ".badge") == ["баланс зійшовсяbalanced"]
        for moment in ("#source-as-of", "#released"):
            assert set(texts(tab, moment)) <= moments(shop, language)
        waiting = zip(texts(tab, "#rejects td:nth-child(1)"), texts(tab, "#rejects td:nth-child(2)"), strict=True)
        assert dict(waiting) == {rule: written(Decimal(rows), language) for rule, rows in expected_rejects(shop.source).items()}
