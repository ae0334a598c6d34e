"""A shop with one of everything and only old changes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa

from techmarket.extract.sealed import SealedExtract
from tests.support.queries import run

LONG_AGO = datetime(2026, 1, 5, 12, tzinfo=UTC)
"""Last change of every row."""
SINCE = datetime(2026, 6, 1, tzinfo=UTC)
"""A later watermark."""

_REFERENCE = (
    "INSERT INTO regions (region_id, name, country) VALUES (1, 'Київська область', 'Україна')",
    (
        "INSERT INTO customers (customer_id, full_name, email, phone, region_id, created_at)"
        " VALUES (1, 'Олена Коваль', 'olena@example.com', '+380500000001', 1, '2025-03-30 03:30:00'),"
        " (2, 'Тарас Бондар', NULL, NULL, NULL, '2025-10-26 03:30:00')"
    ),
    (
        "INSERT INTO employees (employee_id, full_name, email, position, region_id, hired_at)"
        " VALUES (1, 'Ірина Шевченко', 'iryna@example.com', 'Продавчиня', 1, '2024-02-29')"
    ),
    "INSERT INTO categories (category_id, name, parent_category_id) VALUES (1, 'Електроніка', NULL), (2, 'Смартфони', 1)",
    (
        "INSERT INTO products (product_id, sku, name, category_id, unit_cost, list_price, is_active)"
        " VALUES (1, 'PH-1', 'Смартфон', 2, 8000.00, 9999.99, 1)"
    ),
)
_TABLES = ("regions", "customers", "employees", "categories", "products", "orders", "order_items", "payments")


def open_shop(admin: sa.Engine, *, orders: Iterable[int] = (1, 2, 3)) -> None:
    """Fill an empty order system: order n has lines 10n+1 and 10n+2 and payment n."""
    with admin.begin() as connection:
        for statement in _REFERENCE:
            connection.exec_driver_sql(statement)
        for order_id in orders:
            place_order(connection, order_id)
    let_time_pass(admin)


def let_time_pass(admin: sa.Engine) -> None:
    with admin.begin() as connection:
        for table in _TABLES:
            connection.execute(
                sa.text(f"UPDATE {table} SET updated_at = CONVERT_TZ(:at, '+00:00', @@session.time_zone)"),
                {"at": LONG_AGO.replace(tzinfo=None)},
            )


def place_order(connection: sa.Connection, order_id: int) -> None:
    ids = {"order_id": order_id, "first": 10 * order_id + 1, "second": 10 * order_id + 2}
    for statement in (
        (
            "INSERT INTO orders (order_id, customer_id, employee_id, order_date, region_id, total_amount, status)"
            " VALUES (:order_id, 1, 1, '2026-01-05 14:00:00', 1, 19499.98, 'paid')"
        ),
        (
            "INSERT INTO order_items (order_item_id, order_id, product_id, quantity, unit_price, discount)"
            " VALUES (:first, :order_id, 1, 1, 9999.99, 0), (:second, :order_id, 1, 1, 9999.99, 0.05)"
        ),
        (
            "INSERT INTO payments (payment_id, order_id, method, paid_at, amount)"
            " VALUES (:order_id, :order_id, 'card', '2026-01-05 14:05:00', 19499.98)"
        ),
    ):
        connection.execute(sa.text(statement), ids)


def delete_orders(admin: sa.Engine, *orders: int) -> None:
    """Without a trace."""
    chosen = ", ".join(map(str, orders))
    run(admin, *(f"DELETE FROM {table} WHERE order_id IN ({chosen})" for table in ("payments", "order_items", "orders")))


def keys(extract: SealedExtract, table: str) -> list[int]:
    """A table's first column, in file order."""
    text = "".join(extract.path(part).read_text() for part in extract.manifest.parts if part.table == table)
    return [int(line.split("\t")[0]) for line in text.splitlines()]


@contextmanager
def writing(engine: sa.Engine, statement: str) -> Iterator[sa.Connection]:
    """A transaction with an uncommitted write; the block's end commits it."""
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
        yield connection
        connection.commit()
