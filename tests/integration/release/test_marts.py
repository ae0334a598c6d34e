"""The marts, with answers computed by hand."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from techmarket.settings import Settings
from tests.support.warehouse.mart_rows import LEAP_DAY, LONG_AGO, ROWS
from tests.support.warehouse.staged_batch import StagedBatches, payment


@pytest.fixture
def batches(warehouse: sa.Engine, settings: Settings) -> StagedBatches:
    batches = StagedBatches(warehouse, settings)
    batches.load(ROWS)
    return batches


def read(batches: StagedBatches, columns: str, mart: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in batches.query(f"SELECT {columns} FROM dwh.{mart} ORDER BY 1, 2, 3")]


def test_sales_dynamics_is_a_day_a_region_and_a_category(batches: StagedBatches) -> None:
    columns = "sale_date, region, category, revenue, quantity, cost, margin, discount_amount, orders, lines, lines_without_cost"
    phones = "Електроніка / Смартфони"
    assert read(batches, columns, "mart_sales_dynamics") == [
        (date(2026, 10, 31), "Київ", "Електроніка", 180, 2, 100, 80, 20, 1, 1, 0),
        (date(2026, 10, 31), "Київ", phones, 90, 1, 60, 30, 10, 1, 1, 0),
        (date(2026, 11, 1), "Львів", phones, 90, 1, 60, 30, 10, 1, 1, 0),
        (date(2026, 11, 2), "Львів", "(unknown)", 90, 1, None, None, 10, 1, 1, 1),
        (date(2026, 11, 2), "Львів", phones, 180, 2, 120, 60, 20, 1, 1, 0),
    ]


def test_employee_performance_is_a_month_and_an_employee(batches: StagedBatches) -> None:
    assert read(batches, "year_month, employee, region, revenue, orders, lines, average_check", "mart_employee_performance") == [
        ("2026-10", "Ірина", "Київ", 270, 1, 2, 270),
        ("2026-11", "(online)", "(unknown)", 90, 1, 1, 90),
        ("2026-11", "Ірина", "Київ", 270, 1, 2, 270),
    ]


def test_an_employees_margin_is_of_known_costs_and_the_share_of_all_sales(batches: StagedBatches) -> None:
    columns = "year_month, employee, margin, margin_percent, revenue_share_percent, rank_by_revenue"
    assert read(batches, columns, "mart_employee_performance") == [
        ("2026-10", "Ірина", 110, Decimal("40.74"), 100, 1),
        ("2026-11", "(online)", 30, Decimal("33.33"), 25, None),
        ("2026-11", "Ірина", 60, Decimal("33.33"), 75, 1),
    ]


def test_average_check_is_revenue_by_distinct_orders(batches: StagedBatches) -> None:
    assert read(batches, "year_month, region, revenue, orders, average_check", "mart_average_check") == [
        ("2026-10", "Київ", 270, 1, 270),
        ("2026-11", "Львів", 360, 2, 180),
    ]


def test_product_ranking_counts_from_both_ends_and_has_products_never_sold(batches: StagedBatches) -> None:
    columns = (
        "product, revenue, quantity, orders, rank_by_revenue, rank_by_revenue_from_bottom, rank_by_quantity, rank_by_quantity_from_bottom"
    )
    assert read(batches, columns, "mart_product_ranking") == [
        ("(not loaded: 4)", 90, 1, 1, 3, 2, 3, 2),
        ("Lamp", 180, 2, 1, 2, 3, 2, 3),
        ("Phone", 360, 4, 3, 1, 4, 1, 4),
        ("Unsold", 0, 0, 0, 4, 1, 4, 1),
    ]


def test_the_ranking_of_a_month_has_what_was_not_sold_in_it(batches: StagedBatches) -> None:
    columns = "year_month, product, revenue, quantity, margin, orders, rank_by_revenue, rank_by_revenue_from_bottom"
    assert read(batches, columns, "mart_product_ranking_monthly") == [
        ("2026-10", "(not loaded: 4)", 0, 0, 0, 0, 3, 1),
        ("2026-10", "Lamp", 180, 2, 80, 1, 1, 4),
        ("2026-10", "Phone", 90, 1, 30, 1, 2, 3),
        ("2026-10", "Unsold", 0, 0, 0, 0, 3, 1),
        ("2026-11", "(not loaded: 4)", 90, 1, None, 1, 2, 3),
        ("2026-11", "Lamp", 0, 0, 0, 0, 3, 1),
        ("2026-11", "Phone", 270, 3, 90, 2, 1, 4),
        ("2026-11", "Unsold", 0, 0, 0, 0, 3, 1),
    ]


@pytest.mark.parametrize(
    ("first", "last", "phones"),
    [
        (date(2026, 10, 31), date(2026, 11, 2), (360, 4, 3)),
        (date(2026, 11, 1), date(2026, 11, 30), (270, 3, 2)),
        (date(2026, 10, 2), date(2026, 11, 1), (180, 2, 2)),
        (date(2026, 11, 2), date(2026, 11, 2), (180, 2, 1)),
        (date(2026, 12, 1), date(2026, 12, 31), (0, 0, 0)),
        (date(2026, 11, 2), date(2026, 11, 1), (0, 0, 0)),
        (date(2000, 1, 1), date(2099, 12, 31), (360, 4, 3)),
    ],
)
def test_the_ranking_of_a_period_counts_both_its_days(batches: StagedBatches, first: date, last: date, phones: tuple[int, ...]) -> None:
    rows = read(batches, "product, revenue, quantity, orders", f"product_ranking('{first}', '{last}')")
    assert rows[2] == ("Phone", *phones)
    assert [row[0] for row in rows] == ["(not loaded: 4)", "Lamp", "Phone", "Unsold"]


def test_payments_are_a_month_a_region_and_a_method(batches: StagedBatches) -> None:
    paid = [
        payment(1, 1, amount=Decimal("100.00")),
        payment(2, 2, method="cash", amount=Decimal("50.01"), paid_at=datetime(2026, 12, 1)),  # noqa: DTZ001
        payment(3, 3, amount=Decimal("100.00"), paid_at=datetime(2026, 12, 31, 23, 59)),  # noqa: DTZ001
        payment(4, 4, amount=Decimal("0.02"), paid_at=datetime(2026, 11, 30, 23, 59)),  # noqa: DTZ001
    ]
    batches.load(ROWS | {"payments": paid})
    assert read(batches, "year_month, method, region, amount, payments, average_payment, amount_share_percent", "mart_payments") == [
        ("2026-11", "card", "Київ", Decimal("100.02"), 2, Decimal("50.01"), 100),
        ("2026-12", "card", "Львів", 100, 1, 100, Decimal("66.66")),
        ("2026-12", "cash", "Львів", Decimal("50.01"), 1, Decimal("50.01"), Decimal("33.34")),
    ]


@pytest.fixture
def years(batches: StagedBatches) -> StagedBatches:
    batches.settings = batches.settings.model_copy(update={"max_delete_share": 1.0})
    batches.load(LONG_AGO)
    return batches


def pieces(batches: StagedBatches, mart: str, columns: str, day: str) -> list[int | None]:
    """Revenue sums as pieces."""
    (row,) = batches.query(f"SELECT {columns} FROM dwh.{mart} WHERE {'sale_date' if len(day) == 10 else 'year_month'} = '{day}'")
    return [None if value is None else value / 90 for value in row.values()]


@pytest.mark.parametrize("mart", ["mart_sales_by_region", "mart_sales_by_category"])
def test_a_day_is_compared_with_earlier_periods(years: StagedBatches, mart: str) -> None:
    compared = "revenue, revenue_year_ago, revenue_28_days, revenue_previous_28_days, revenue_year_to_date, revenue_year_to_date_year_ago"
    expected = {
        "2023-12-31": [1, None, None, None, 1, None],  # the first day
        "2024-01-01": [2, None, None, None, 2, None],  # a year begins
        "2024-01-26": [0, None, None, None, 2, None],  # 27 days there are
        "2024-01-27": [0, None, 3, None, 2, None],  # 28 days there are
        "2024-02-24": [0, None, 0, 3, 2, None],  # 28 days, and 28 before them
        "2024-02-29": [8, None, 12, 0, 14, None],
        "2024-12-31": [0, 1, 0, 0, 14, 1],  # over the year's edge
        "2025-01-01": [0, 2, 0, 0, 0, 2],
        "2025-02-28": [16, 4, 16, 0, 16, 6],  # not the 29th
        "2025-03-01": [32, 0, 48, 0, 48, 14],
        "2025-03-27": [64, 0, 112, 0, 112, 14],  # 28 February is in
    }
    assert {day: pieces(years, mart, compared, day) for day in expected} == expected
    assert years.query(f"SELECT count(*) AS days FROM dwh.{mart}") == [{"days": 453}]


def test_29_february_is_compared_with_28_february(batches: StagedBatches) -> None:
    batches.settings = batches.settings.model_copy(update={"max_delete_share": 1.0})
    batches.load(LEAP_DAY)
    compared = "revenue, revenue_year_ago, revenue_year_to_date, revenue_year_to_date_year_ago"
    assert pieces(batches, "mart_sales_by_region", compared, "2024-02-29") == [4, 3, 4, 3]


def test_a_day_without_a_sale_is_zeros_and_has_no_average_check(years: StagedBatches) -> None:
    columns = "revenue, quantity, margin, orders, lines, average_check, year, year_month, country"
    assert read(years, columns, "mart_sales_by_region WHERE sale_date = '2024-05-05'") == [
        (0, 0, 0, 0, 0, None, 2024, "2024-05", "Україна")
    ]
    columns = "revenue, quantity, margin, orders, lines, average_check, year, year_month, region"
    assert read(years, columns, "mart_sales_by_region WHERE sale_date = '2024-02-29'") == [
        (720, 8, 240, 1, 1, 720, 2024, "2024-02", "Київ")
    ]


def test_a_month_is_compared_with_earlier_ones(years: StagedBatches) -> None:
    compared = "revenue, revenue_previous_month, revenue_year_ago, revenue_year_to_date"
    expected = {
        "2023-12": [1, None, None, 1],
        "2024-01": [2, 1, None, 2],
        "2024-02": [12, 2, None, 14],
        "2024-03": [0, 12, None, 14],
        "2024-12": [0, 0, 1, 14],
        "2025-02": [16, 0, 12, 16],
        "2025-03": [96, 16, 0, 112],
    }
    assert {month: pieces(years, "mart_sales_by_month", compared, month) for month in expected} == expected
    assert years.query("SELECT count(*) AS months FROM dwh.mart_sales_by_month") == [{"months": 16}]
