"""The measures' SQL twins, with answers computed by hand. No DAX runs here."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from infra.docs.bi.figures import FIGURES
from techmarket.settings import Settings
from tests.support.warehouse.mart_rows import LEAP_DAY, LONG_AGO, ROWS, sold
from tests.support.warehouse.staged_batch import StagedBatches, payment

TWINS = {figure.name: figure.sql for figure in FIGURES}
LINES = "WITH lines AS (SELECT d.full_date AS day, f.revenue FROM dwh.fact_sales AS f JOIN dwh.dim_date AS d USING (date_key))"
NOVEMBER = "fact_sales AS f WHERE f.date_key / 100 = 202611 GROUP BY f.employee_key ORDER BY f.employee_key"

ONLINE_AND_EMPLOYEE = {
    "Revenue": [90, 270], "Quantity": [1, 3], "Discount": [10, 30], "Cost": [60, 120], "Margin": [30, 60],
    "Margin %": [Decimal("0.3333"), Decimal("0.3333")], "Orders": [1, 1], "Lines": [1, 2], "Average check": [90, 270],
    "Revenue share %": [Decimal("0.25"), Decimal("0.75")], "Employee rank": [None, 1],
}  # fmt: skip
PRODUCT_RANKS = {
    f"Product rank by {by}{end}": dict.fromkeys(("Lamp", "Phone"), of_sold) | dict.fromkeys(("(not loaded: 4)", "Unsold"), of_others)
    for by in ("revenue", "quantity")
    for end, of_sold, of_others in (("", 1, 3), (" from bottom", 3, 1))
}
CARD_AND_CASH = {
    "Amount paid": [Decimal("149.99"), Decimal("50.01")], "Payments": [2, 1],
    "Average payment": [Decimal("74.995"), Decimal("50.01")], "Method share %": [Decimal("0.7500"), Decimal("0.2500")],
}  # fmt: skip
COMPARED = (
    "Revenue year ago", "Revenue 28 days", "Revenue previous 28 days", "Revenue year to date", "Revenue year to date year ago",
    "Revenue previous month",
)  # fmt: skip
ENDS_OF_SALES = {"First day of sales": date(2023, 12, 31), "Last day of sales": date(2025, 3, 27)}


@pytest.fixture
def batches(warehouse: sa.Engine, settings: Settings) -> StagedBatches:
    batches = StagedBatches(warehouse, settings.model_copy(update={"max_delete_share": 1.0}))
    batches.load(ROWS)
    return batches


def cells(batches: StagedBatches, figure: str, of: str) -> list[Any]:
    values = [row["value"] for row in batches.query(f"SELECT {TWINS[figure]} AS value FROM dwh.{of}")]
    return [round(value, 4) if isinstance(value, Decimal) else value for value in values]


def test_figures_of_employees_are_as_worked_out_by_hand(batches: StagedBatches) -> None:
    assert {name: cells(batches, name, NOVEMBER) for name in ONLINE_AND_EMPLOYEE} == ONLINE_AND_EMPLOYEE


def test_an_employee_is_first_though_more_is_sold_online(batches: StagedBatches) -> None:
    batches.load(ROWS | {"order_items": [sold(21, 2, 1, 9), sold(31, 3, 1, 2)]})
    assert cells(batches, "Employee rank", NOVEMBER) == [None, 1]


def test_ranks_count_products_that_never_sold_and_ties_share_one(batches: StagedBatches) -> None:
    batches.load(ROWS | {"order_items": [sold(11, 1, 1, 1), sold(12, 1, 2, 2), sold(21, 2, 1, 1)]})
    products = "dim_product AS p LEFT JOIN dwh.fact_sales AS f USING (product_key) WHERE p.product_key <> 0 GROUP BY p.name ORDER BY p.name"
    names = [row["name"] for row in batches.query("SELECT name FROM dwh.dim_product WHERE product_key <> 0 ORDER BY name")]
    assert {name: dict(zip(names, cells(batches, name, products), strict=True)) for name in PRODUCT_RANKS} == PRODUCT_RANKS


def test_figures_of_payments_are_as_worked_out_by_hand(batches: StagedBatches) -> None:
    paid = [(1, "card", "99.99"), (2, "cash", "50.01"), (3, "card", "50.00")]
    batches.load(ROWS | {"payments": [payment(key, key, method=method, amount=Decimal(amount)) for key, method, amount in paid]})
    by_method = "fact_payments AS f GROUP BY f.method ORDER BY f.method"
    assert {name: cells(batches, name, by_method) for name in CARD_AND_CASH} == CARD_AND_CASH


def test_earlier_periods_are_as_worked_out_by_hand(batches: StagedBatches) -> None:
    batches.load(LONG_AGO)
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
    assert {day: [pieces(batches, name, day) for name in COMPARED] for day in expected} == expected
    assert {name: figure_on(batches, name, "2024-01-01") for name in ENDS_OF_SALES} == ENDS_OF_SALES


def test_29_february_is_compared_with_28_february(batches: StagedBatches) -> None:
    batches.load(LEAP_DAY)
    assert [pieces(batches, f"Revenue{of} year ago", "2024-02-29") for of in ("", " year to date")] == [3, 3]


def figure_on(batches: StagedBatches, figure: str, day: str) -> Any:
    with batches.warehouse.connect() as connection:
        return connection.execute(sa.text(f"{LINES} {TWINS[figure].replace(':day', 'CAST(:day AS date)')}"), {"day": day}).scalar()


def pieces(batches: StagedBatches, figure: str, day: str) -> int | None:
    revenue = figure_on(batches, figure, day)
    return None if revenue is None else revenue / 90


def test_every_measure_is_tried_above_and_stands_in_the_key_figures() -> None:
    assert {*ONLINE_AND_EMPLOYEE, *PRODUCT_RANKS, *CARD_AND_CASH, *COMPARED, *ENDS_OF_SALES} == set(TWINS)
    defined = Path("docs/kpi.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`\[(.+?)\]`", defined)) == set(TWINS)
    figures = [row for table in re.findall(r"in Power BI \|\n\|[-|]+\n((?:\|.*\n)+)", defined) for row in table.splitlines()]
    assert len(figures) == 21
    assert [row for row in figures if not re.search(r"\| `\[[^|]+\]` \|$", row)] == []
