from collections.abc import Collection
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest

from tests.support.queries import run
from tests.support.shop.small_shop import place_order
from tests.support.warehouse.followed_warehouse import FollowedWarehouse
from tests.support.warehouse.warehouse_comparison import assert_all_equal
from tests.support.warehouse.warehouse_reading import PAYMENTS, SALES, by_key

OLD_COST, NEW_COST = Decimal("8000.00"), Decimal("8500.00")

CHANGES = {
    "header alone": ["UPDATE orders SET status = 'delivered' WHERE order_id = {order}"],
    "line alone": ["UPDATE order_items SET quantity = 3, unit_price = 9500.55, discount = 0.0333 WHERE order_item_id = {line}"],
    "line added": ["INSERT INTO order_items (order_id, product_id, quantity, unit_price) VALUES ({order}, 2, 4, 250.00)"],
    "line deleted": ["DELETE FROM order_items WHERE order_item_id = {line}", "UPDATE orders SET total_amount = 1 WHERE order_id = {order}"],
    "all lines deleted": [
        "DELETE FROM order_items WHERE order_id = {order}",
        "UPDATE orders SET total_amount = 0 WHERE order_id = {order}",
    ],
    "line moved to another product": ["UPDATE order_items SET product_id = 2 WHERE order_item_id = {line}"],
    "line moved to another order": ["UPDATE order_items SET order_id = {other} WHERE order_item_id = {line}"],
    "line moved to another order, both headers touched": [
        "UPDATE order_items SET order_id = {other} WHERE order_item_id = {line}",
        "UPDATE orders SET total_amount = total_amount + 1 WHERE order_id IN ({order}, {other})",
    ],
    "lines of two orders exchanged": [
        "UPDATE order_items SET order_id = {other} WHERE order_item_id = {line}",
        "UPDATE order_items SET order_id = {order} WHERE order_item_id = {other_line}",
    ],
    "line moved to an order that is no sale": [
        "UPDATE orders SET status = 'cancelled' WHERE order_id = {other}",
        "UPDATE order_items SET order_id = {other} WHERE order_item_id = {line}",
    ],
    "order moved to another customer": ["UPDATE orders SET customer_id = 2 WHERE order_id = {order}"],
    "order moved to another employee": ["UPDATE orders SET employee_id = 2 WHERE order_id = {order}"],
    "order found to be placed online": ["UPDATE orders SET employee_id = NULL WHERE order_id = {order}"],
    "order moved to another region": ["UPDATE orders SET region_id = 2 WHERE order_id = {order}"],
    "order moved to another date": ["UPDATE orders SET order_date = '2025-12-31 23:59:59' WHERE order_id = {order}"],
    "order cancelled": ["UPDATE orders SET status = 'cancelled' WHERE order_id = {order}"],
    "order returned": ["UPDATE orders SET status = 'returned' WHERE order_id = {order}"],
    "payment alone": ["UPDATE payments SET amount = 1, method = 'cash', paid_at = '2026-02-01 10:00:00' WHERE payment_id = {order}"],
    "payment added": ["INSERT INTO payments (order_id, method, paid_at, amount) VALUES ({order}, 'gift_card', '2026-01-07 09:00', 5.00)"],
    "payment deleted": ["DELETE FROM payments WHERE payment_id = {order}", "UPDATE orders SET total_amount = 1 WHERE order_id = {order}"],
    "payment moved to another order": ["UPDATE payments SET order_id = {other} WHERE payment_id = {order}"],
}
"""Each is made to two orders."""


def test_facts_and_marts_follow_every_kind_of_change_with_the_next_load(followed: FollowedWarehouse, subtests: pytest.Subtests) -> None:
    affected = {name: (100 + 2 * place, 101 + 2 * place) for place, name in enumerate(CHANGES)}
    with followed.shop.begin() as connection:
        for order_id in chain.from_iterable(affected.values()):
            place_order(connection, order_id)
    followed.load()
    before = {name: rows_of(orders, followed.model.sales(), followed.model.payments()) for name, orders in affected.items()}
    for name, (order, other) in affected.items():
        keys = {"order": order, "other": other, "line": 10 * order + 1, "other_line": 10 * other + 1}
        run(followed.shop, *(statement.format(**keys) for statement in CHANGES[name]))
    followed.load()
    found = by_key(followed.warehouse, SALES), by_key(followed.warehouse, PAYMENTS)
    for name, orders in affected.items():
        with subtests.test(name):
            expected = rows_of(orders, followed.model.sales(), followed.model.payments())
            assert expected != before[name]
            assert rows_of(orders, *found) == expected
    assert_all_equal(followed.warehouse, followed.model)


def rows_of(orders: Collection[int], *facts: dict[int, dict[str, Any]]) -> list[dict[int, dict[str, Any]]]:
    return [{key: row for key, row in fact.items() if row["order_id"] in orders} for fact in facts]


@pytest.mark.parametrize("status", ["new", "cancelled", "returned"])
def test_an_order_that_is_paid_again_has_the_purchase_price_of_its_first_sale(followed: FollowedWarehouse, status: str) -> None:
    run(followed.shop, f"UPDATE orders SET status = '{status}' WHERE order_id = 1")
    followed.load()
    run(followed.shop, f"UPDATE products SET unit_cost = {NEW_COST} WHERE product_id = 1")
    followed.load()
    assert 11 not in by_key(followed.warehouse, SALES)
    run(
        followed.shop,
        "UPDATE orders SET status = 'paid' WHERE order_id = 1",
        "UPDATE order_items SET quantity = 2 WHERE order_item_id = 12",
    )
    with followed.shop.begin() as connection:
        place_order(connection, 4)
    followed.load()
    costs = {key: sale["unit_cost"] for key, sale in by_key(followed.warehouse, SALES).items()}
    assert costs == {11: OLD_COST, 12: OLD_COST, 21: OLD_COST, 22: OLD_COST, 31: OLD_COST, 32: OLD_COST, 41: NEW_COST, 42: NEW_COST}
    assert_all_equal(followed.warehouse, followed.model)


def test_a_line_keeps_its_purchase_price_through_moves_until_its_product_changes(followed: FollowedWarehouse) -> None:
    run(
        followed.shop,
        f"UPDATE products SET unit_cost = {NEW_COST} WHERE product_id = 1",
        "UPDATE order_items SET order_id = 2 WHERE order_item_id = 11",
        "UPDATE order_items SET product_id = 2 WHERE order_item_id = 12",
    )
    followed.load()
    run(followed.shop, "UPDATE order_items SET product_id = 1 WHERE order_item_id = 12")
    followed.load()
    sales = by_key(followed.warehouse, SALES)
    assert (sales[11]["unit_cost"], sales[12]["unit_cost"]) == (OLD_COST, NEW_COST)
    assert_all_equal(followed.warehouse, followed.model)


def test_a_line_that_moves_to_an_order_in_quarantine_leaves_the_order_it_was_in(followed: FollowedWarehouse) -> None:
    run(
        followed.shop,
        "UPDATE order_items SET order_id = 2 WHERE order_item_id = 11",
        "UPDATE orders SET status = 'lost' WHERE order_id = 2",
    )
    followed.load()
    assert by_key(followed.warehouse, SALES).keys() == {12, 21, 22, 31, 32}
    assert_all_equal(followed.warehouse, followed.model)
    run(followed.shop, "UPDATE orders SET status = 'paid' WHERE order_id = 2")
    followed.load()
    assert by_key(followed.warehouse, SALES)[11]["order_id"] == 2
    assert_all_equal(followed.warehouse, followed.model)


def test_a_payment_that_moves_to_an_order_in_quarantine_leaves_the_order_it_was_of(followed: FollowedWarehouse) -> None:
    run(
        followed.shop,
        "UPDATE payments SET order_id = 2 WHERE payment_id = 1",
        "UPDATE orders SET status = 'lost' WHERE order_id = 2",
    )
    followed.load()
    assert followed.model.payments().keys() == {2, 3}
    assert_all_equal(followed.warehouse, followed.model)
