from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.queries import run
from tests.support.warehouse.followed_warehouse import FollowedWarehouse
from tests.support.warehouse.warehouse_comparison import assert_all_equal

LATE_MEMBERS = {
    "customer": "INSERT INTO customers (customer_id, full_name, region_id, created_at) VALUES (9, 'Марта Лис', 1, '2026-01-05 13:00:00')",
    "employee": "INSERT INTO employees (employee_id, full_name, position, hired_at) VALUES (9, 'Назар Дуб', 'Продавець', '2026-01-01')",
    "region": "INSERT INTO regions (region_id, name, country) VALUES (9, 'Одеська область', 'Україна')",
    "product": (
        "INSERT INTO products (product_id, sku, name, category_id, unit_cost, list_price, is_active)"
        " VALUES (9, 'TB-9', 'Планшет', 1, 7000.00, 9000.00, 1)"
    ),
}
"""Order 1 names their key 9 before they exist."""


def name_a_missing(member: str, shop: sa.Engine) -> None:
    """Let order 1 or its lines name the key 9, as an application without foreign keys does."""
    table = "order_items" if member == "product" else "orders"
    run(shop, "SET foreign_key_checks = 0", f"UPDATE {table} SET {member}_id = 9 WHERE order_id = 1", "SET foreign_key_checks = 1")


def named_by_order_1(warehouse: sa.Engine, member: str) -> list[dict[str, Any]]:
    with warehouse.connect() as connection:
        rows = connection.exec_driver_sql(
            f"SELECT d.{member}_key, d.is_inferred, d.is_deleted FROM dwh.fact_sales AS f JOIN dwh.dim_{member} AS d USING ({member}_key)"
            f" WHERE f.order_id = 1 AND d.{member}_id = 9 ORDER BY f.order_item_id"
        )
        return [dict(row) for row in rows.mappings()]


def facts(warehouse: sa.Engine) -> dict[tuple[str, int], dict[str, Any]]:
    """With the last writing batch."""
    found = {}
    with warehouse.connect() as connection:
        for fact, key in (("fact_sales", "order_item_id"), ("fact_payments", "payment_id")):
            for row in connection.exec_driver_sql(f"SELECT * FROM dwh.{fact}").mappings():
                found[fact, row[key]] = dict(row)
    return found


@pytest.mark.parametrize("member", ["customer", "employee", "region"])
def test_a_late_member_fills_the_key_of_the_inferred_one_and_no_fact_is_touched(followed: FollowedWarehouse, member: str) -> None:
    name_a_missing(member, followed.shop)
    followed.load()
    inferred, untouched = named_by_order_1(followed.warehouse, member), facts(followed.warehouse)
    assert [row["is_inferred"] for row in inferred] == [True, True]
    run(followed.shop, LATE_MEMBERS[member])
    followed.load()
    assert named_by_order_1(followed.warehouse, member) == [row | {"is_inferred": False} for row in inferred]
    assert facts(followed.warehouse) == untouched
    assert_all_equal(followed.warehouse, followed.model)


def test_a_late_product_fills_its_key_and_gives_its_lines_the_first_purchase_price_and_nothing_else(followed: FollowedWarehouse) -> None:
    name_a_missing("product", followed.shop)
    followed.load()
    inferred, before = named_by_order_1(followed.warehouse, "product"), facts(followed.warehouse)
    unknown = {("fact_sales", 11), ("fact_sales", 12)}
    assert [row["is_inferred"] for row in inferred] == [True, True]
    assert {key for key, fact in before.items() if "cost" in fact and fact["cost"] is None} == unknown
    run(followed.shop, LATE_MEMBERS["product"])
    batch_id = followed.load().batch_id
    price = Decimal("7000.00")  # of one piece, which is what each line has
    priced = {key: {"unit_cost": price, "cost": price, "margin": before[key]["revenue"] - price, "batch_id": batch_id} for key in unknown}
    completed = {key: fact | priced.get(key, {}) for key, fact in before.items()}
    assert facts(followed.warehouse) == completed
    assert named_by_order_1(followed.warehouse, "product") == [row | {"is_inferred": False} for row in inferred]
    run(followed.shop, "UPDATE products SET unit_cost = 7500.00 WHERE product_id = 9")
    followed.load()
    assert facts(followed.warehouse) == completed
    assert_all_equal(followed.warehouse, followed.model)


def test_a_member_in_quarantine_is_inferred_until_it_passes(followed: FollowedWarehouse) -> None:
    run(
        followed.shop,
        "INSERT INTO products (product_id, sku, name, category_id, unit_cost, list_price) VALUES (9, 'TB-9', '', 1, 7000.00, 9000.00)",
        "UPDATE order_items SET product_id = 9 WHERE order_id = 1",
    )
    followed.load()
    inferred = named_by_order_1(followed.warehouse, "product")
    assert [row["is_inferred"] for row in inferred] == [True, True]
    run(followed.shop, "UPDATE products SET name = 'Планшет' WHERE product_id = 9")
    followed.load()
    completed = named_by_order_1(followed.warehouse, "product")
    assert [(row["product_key"], row["is_inferred"]) for row in completed] == [(row["product_key"], False) for row in inferred]
    assert_all_equal(followed.warehouse, followed.model)


def test_a_late_member_that_never_comes_is_never_taken_for_deleted(followed: FollowedWarehouse) -> None:
    name_a_missing("region", followed.shop)
    followed.load()
    followed.load()
    assert [(row["is_inferred"], row["is_deleted"]) for row in named_by_order_1(followed.warehouse, "region")] == [(True, False)] * 2
