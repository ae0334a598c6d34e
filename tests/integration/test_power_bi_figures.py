"""The measures' SQL twins, given rows and expected answers worked out by hand: the definitions hold, though no DAX is run here."""

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from test_marts import LONG_AGO, ROWS, sold

from infra.bi.figures import FIGURES
from techmarket.settings import Settings
from tests.integration.staged_batch import StagedBatches, order, payment

TWINS = {figure.name: figure.sql for figure in FIGURES}
LINES = "WITH lines AS (SELECT d.full_date AS day, f.revenue FROM dwh.fact_sales AS f JOIN dwh.dim_date AS d USING (date_key))"
NOVEMBER = "fact_sales AS f WHERE f.date_key / 100 = 202611 GROUP BY f.employee_key ORDER BY f.employee_key"


@pytest.fixture
def batches(warehouse: sa.Engine, settings: Settings) -> StagedBatches:
    batches = StagedBatches(warehouse, settings.model_copy(update={"max_delete_share": 1.0}))
    batches.load(ROWS)
    return batches


def cells(batches: StagedBatches, figure: str, of: str) -> list[Any]:
    values = [row["value"] for row in batches.query(f"SELECT {TWINS[figure]} AS value FROM dwh.{of}")]
    return [round(value, 4) if isinstance(value, Decimal) else value for value in values]


def test_figures_of_employees_are_as_worked_out_by_hand(batches: StagedBatches) -> None:
    online_and_employee = {
        "Revenue": [90, 270], "Quantity": [1, 3], "Discount": [10, 30], "Cost": [60, 120], "Margin": [30, 60],
        "Margin %": [Decimal("0.3333"), Decimal("0.3333")], "Orders": [1, 1], "Lines": [1, 2], "Average check": [90, 270],
        "Revenue share %": [Decimal("0.25"), Decimal("0.75")], "Employee rank": [None, 1],
    }  # fmt: skip
    assert {name: cells(batches, name, NOVEMBER) for name in online_and_employee} == online_and_employee


def test_an_employee_is_first_though_more_is_sold_online(batches: StagedBatches) -> None:
    batches.load(ROWS | {"order_items": [sold(21, 2, 1, 9), sold(31, 3, 1, 2)]})
    assert cells(batches, "Employee rank", NOVEMBER) == [None, 1]


def test_ranks_count_products_that_never_sold_and_ties_share_one(batches: StagedBatches) -> None:
    batches.load(ROWS | {"order_items": [sold(11, 1, 1, 1), sold(12, 1, 2, 2), sold(21, 2, 1, 1)]})
    products = "dim_product AS p LEFT JOIN dwh.fact_sales AS f USING (product_key) WHERE p.product_key <> 0 GROUP BY p.name ORDER BY p.name"
    names = [row["name"] for row in batches.query("SELECT name FROM dwh.dim_product WHERE product_key <> 0 ORDER BY name")]
    ranks = {name: dict(zip(names, cells(batches, name, products), strict=True)) for name in TWINS if name.startswith("Product rank")}
    never = {"(not loaded: 4)", "Unsold"}
    for by in ("revenue", "quantity"):
        assert ranks[f"Product rank by {by}"] == {"Lamp": 1, "Phone": 1} | dict.fromkeys(never, 3)
        assert ranks[f"Product rank by {by} from bottom"] == {"Lamp": 3, "Phone": 3} | dict.fromkeys(never, 1)


def test_figures_of_payments_are_as_worked_out_by_hand(batches: StagedBatches) -> None:
    paid = [(1, "card", "99.99"), (2, "cash", "50.01"), (3, "card", "50.00")]
    batches.load(ROWS | {"payments": [payment(key, key, method=method, amount=Decimal(amount)) for key, method, amount in paid]})
    card_and_cash = {
        "Amount paid": [Decimal("149.99"), Decimal("50.01")], "Payments": [2, 1],
        "Average payment": [Decimal("74.995"), Decimal("50.01")], "Method share %": [Decimal("0.7500"), Decimal("0.2500")],
    }  # fmt: skip
    assert {name: cells(batches, name, "fact_payments AS f GROUP BY f.method ORDER BY f.method") for name in card_and_cash} == card_and_cash


def test_earlier_periods_are_as_worked_out_by_hand(batches: StagedBatches) -> None:
    days = list(enumerate(LONG_AGO.items(), start=1))
    orders = [order(number, order_date=datetime.fromisoformat(day)) for number, (day, _) in days]
    batches.load(ROWS | {"orders": orders, "order_items": [sold(n, n, 1, count) for n, (_, count) in days], "payments": []})
    compared = (
        "Revenue year ago", "Revenue 28 days", "Revenue previous 28 days", "Revenue year to date", "Revenue year to date year ago",
        "Revenue previous month",
    )  # fmt: skip
    expected = {
        "2023-12-31": [None, None, None, 1, None, None],
        "2024-01-26": [None, None, None, 2, None, 1],
        "2024-01-27": [None, 3, None, 2, None, 1],
        "2024-01-28": [None, 2, None, 2, None, 1],
        "2024-02-24": [None, 0, 3, 2, None, 2],
        "2024-02-25": [None, 0, 2, 2, None, 2],
        "2024-12-31": [1, 0, 0, 14, 1, 0],
        "2025-02-28": [4, 16, 0, 16, 6, 0],
        "2025-03-27": [0, 112, 0, 112, 14, 16],
        "2025-03-28": [None, None, None, None, None, None],
    }
    assert {day: [pieces(batches, name, day) for name in compared] for day in expected} == expected
    assert [value(batches, f"{end} day of sales", "2024-01-01") for end in ("First", "Last")] == [date(2023, 12, 31), date(2025, 3, 27)]


def test_29_february_is_compared_with_28_february(batches: StagedBatches) -> None:
    orders = [order(1, order_date=datetime(2023, 2, 28)), order(2, order_date=datetime(2024, 2, 29))]  # noqa: DTZ001
    batches.load(ROWS | {"orders": orders, "order_items": [sold(11, 1, 1, 3), sold(21, 2, 1, 4)], "payments": []})
    assert [pieces(batches, f"Revenue{of} year ago", "2024-02-29") for of in ("", " year to date")] == [3, 3]


def value(batches: StagedBatches, figure: str, day: str) -> Any:
    with batches.warehouse.connect() as connection:
        return connection.execute(sa.text(f"{LINES} {TWINS[figure].replace(':day', 'CAST(:day AS date)')}"), {"day": day}).scalar()


def pieces(batches: StagedBatches, figure: str, day: str) -> int | None:
    revenue = value(batches, figure, day)
    return None if revenue is None else revenue / 90


def test_every_measure_is_tried_above_and_stands_in_the_key_figures() -> None:
    tried = Path(__file__).read_text(encoding="utf-8")
    defined = Path("docs/kpi.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`\[(.+?)\]`", defined)) == set(TWINS)
    figures = [row for table in re.findall(r"in Power BI \|\n\|[-|]+\n((?:\|.*\n)+)", defined) for row in table.splitlines()]
    assert len(figures) == 21
    assert [row for row in figures if not re.search(r"\| `\[[^|]+\]` \|$", row)] == []
    assert [name for name in TWINS if name not in tried and not re.match("Product rank|.* day of sales", name)] == []
