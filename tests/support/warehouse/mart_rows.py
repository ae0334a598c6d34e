"""A shop for marts and key figures computed by hand."""
# ruff: noqa: DTZ001 - business time

from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.support.warehouse.staged_batch import Rows, category, employee, line, order, payment, product, region


def sold(order_item_id: int, order_id: int, product_id: int, quantity: int) -> dict[str, Any]:
    """A line at 100.00 apiece with 10 % off."""
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
        order(1, order_date=datetime(2026, 10, 31, 23, 59)),
        order(2, order_date=datetime(2026, 11, 1, 0, 0), region_id=2, employee_id=None),
        order(3, order_date=datetime(2026, 11, 2, 9, 0), region_id=2, customer_id=5),
        order(4, status="returned"),
    ],
    "order_items": [sold(11, 1, 1, 1), sold(12, 1, 2, 2), sold(21, 2, 1, 1), sold(31, 3, 1, 2), sold(32, 3, 4, 1), sold(41, 4, 1, 9)],
    "payments": [payment(1, 1)],
}


def sold_by_day(pieces: dict[str, int]) -> Rows:
    """The same shop with one order of that many phones per day, in the region of Київ."""
    days = list(enumerate(pieces.items(), start=1))
    return ROWS | {
        "orders": [order(number, order_date=datetime.fromisoformat(day)) for number, (day, _) in days],
        "order_items": [sold(number, number, 1, quantity) for number, (_, quantity) in days],
        "payments": [],
    }


LONG_AGO = sold_by_day(
    {"2023-12-31": 1, "2024-01-01": 2, "2024-02-28": 4, "2024-02-29": 8, "2025-02-28": 16, "2025-03-01": 32, "2025-03-27": 64}
)
"""A leap year with its neighbours. Pieces are powers of two, so that a sum shows its parts."""
LEAP_DAY = sold_by_day({"2023-02-28": 3, "2024-02-29": 4})
