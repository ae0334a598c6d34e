"""The marts, given rows and expected answers worked out by hand."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from staged_batch import Rows, StagedBatches, category, employee, line, order, payment, product, region

from techmarket.settings import Settings


def sold(order_item_id: int, order_id: int, product_id: int, quantity: int) -> dict[str, Any]:
    """A line at 100.00 a piece with 10 % off: 90.00 of revenue and 10.00 of discount a piece."""
    return line(order_item_id, order_id, product_id=product_id, quantity=quantity, unit_price=Decimal(100), discount=Decimal("0.1"))


ROWS: Rows = {
    "regions": [region(1, name="Київ"), region(2, name="Львів")],
    "categories": [category(1, name="Електроніка"), category(2, name="Смартфони", parent_category_id=1)],
    "products": [
        product(1, name="Phone", category_id=2, unit_cost=Decimal(60)),
        product(2, name="Lamp", unit_cost=Decimal(50)),
        product(3, name="Unsold"),
    ],
    "employees": [employee(1, full_name="Ірина")],
    "orders": [
        order(1, order_date=datetime(2026, 10, 31, 23, 59)),  # noqa: DTZ001 - business time
        order(2, order_date=datetime(2026, 11, 1, 0, 0), region_id=2, employee_id=None),  # noqa: DTZ001
        order(3, order_date=datetime(2026, 11, 2, 9, 0), region_id=2, customer_id=5),  # noqa: DTZ001
        order(4, status="returned"),
    ],
    "order_items": [sold(11, 1, 1, 1), sold(12, 1, 2, 2), sold(21, 2, 1, 1), sold(31, 3, 1, 2), sold(32, 3, 4, 1), sold(41, 4, 1, 9)],
    "payments": [payment(1, 1)],
}


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
