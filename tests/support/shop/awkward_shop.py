import sqlalchemy as sa

from tests.support.shop.awkward_texts import AWKWARD, WITH_NUL
from tests.support.shop.small_shop import open_shop


def open_awkward_shop(admin: sa.Engine) -> None:
    """The small shop, with rows that break careless parsing."""
    open_shop(admin)
    customer = sa.text(
        "INSERT INTO customers (customer_id, full_name, email, phone, region_id, created_at) VALUES (:id, :name, :email, NULL, 1, :at)"
    )
    with admin.begin() as connection:
        connection.exec_driver_sql("SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'")
        for number, text in enumerate((*AWKWARD, *WITH_NUL, "x" * 200)):
            connection.execute(customer, {"id": 100 + number, "name": text, "email": text, "at": "2026-03-29 03:30:00"})
        days = ("0000-00-00 00:00:00", "2026-02-31 12:00:00", "2026-04-00 00:00:00", "1000-01-01 00:00:00", "9999-12-31 23:59:59")
        for number, day in enumerate((*days, "2024-02-29 23:59:59", "2025-12-31 00:00:00")):
            connection.execute(customer, {"id": 2**63 - 1 - number, "name": "Зіна", "email": None, "at": day})
        for statement in (
            "INSERT INTO employees (employee_id, full_name, position, hired_at) VALUES (7, 'Юрій', '', '0000-00-00')",
            "INSERT INTO employees (employee_id, full_name, position, hired_at) VALUES (8, 'Я', '\t', '2026-02-30')",
            "UPDATE products SET unit_cost = 9999999999.99, list_price = -9999999999.99, is_active = -128",
            "UPDATE order_items SET quantity = -2147483648, unit_price = 0, discount = -9.9999 WHERE order_item_id = 11",
            "UPDATE orders SET employee_id = NULL, updated_at = '2038-01-19 03:14:07.999999' WHERE order_id = 1",
            "UPDATE orders SET updated_at = '1970-01-01 00:00:01' WHERE order_id = 2",
            "UPDATE orders SET updated_at = '0000-00-00 00:00:00' WHERE order_id = 3",
        ):
            connection.exec_driver_sql(statement)
