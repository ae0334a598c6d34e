from collections.abc import Sequence

import pytest

from tests.support.queries import run
from tests.support.warehouse.followed_warehouse import FEW_RULES, FollowedWarehouse
from tests.support.warehouse.warehouse_comparison import assert_all_equal
from tests.support.warehouse.warehouse_reading import PAYMENTS, SALES, by_key

QUANTITY = "order_items.quantity_positive"
HELD = "held_with_order"

SPOIL_LINE_11 = (
    "UPDATE order_items SET quantity = -1 WHERE order_item_id = 11",
    "UPDATE orders SET status = 'delivered' WHERE order_id = 1",
)
"""In an order with another change."""
REJECTED = {("order_items", "11", QUANTITY), ("order_items", "12", HELD), ("orders", "1", HELD), ("payments", "1", HELD)}


def quarantine(followed: FollowedWarehouse, condition: str) -> set[tuple[str, ...]]:
    with followed.warehouse.connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT table_name, row_key, rule FROM stg.rejected_rows WHERE {condition}")
        return {tuple(row) for row in rows}


def open_entries(followed: FollowedWarehouse) -> set[tuple[str, ...]]:
    return quarantine(followed, "resolved_at IS NULL")


def resolved_by(followed: FollowedWarehouse, batch_id: int) -> set[tuple[str, ...]]:
    return quarantine(followed, f"resolved_at IS NOT NULL AND resolved_batch_id = {batch_id}")


@pytest.fixture
def spoiled(followed: FollowedWarehouse) -> FollowedWarehouse:
    """Order 1 is in quarantine because of line 11."""
    run(followed.shop, *SPOIL_LINE_11)
    followed.load()
    assert open_entries(followed) == REJECTED
    return followed


def test_the_last_good_version_stays_until_the_row_is_mended_at_the_source(followed: FollowedWarehouse) -> None:
    good = by_key(followed.warehouse, SALES), by_key(followed.warehouse, PAYMENTS)
    run(followed.shop, *SPOIL_LINE_11)
    followed.load()
    followed.load()
    assert (by_key(followed.warehouse, SALES), by_key(followed.warehouse, PAYMENTS)) == good
    assert open_entries(followed) == REJECTED


def test_a_row_mended_at_the_source_is_released_with_all_that_was_held(spoiled: FollowedWarehouse) -> None:
    run(spoiled.shop, "UPDATE order_items SET quantity = 5 WHERE order_item_id = 11")
    batch_id = spoiled.load().batch_id
    assert (open_entries(spoiled), resolved_by(spoiled, batch_id)) == (set(), REJECTED)
    sales = by_key(spoiled.warehouse, SALES)
    assert (sales[11]["quantity"], sales[12]["order_status"]) == (5, "delivered")
    assert_all_equal(spoiled.warehouse, spoiled.model)


@pytest.mark.parametrize("without", [QUANTITY, "orders.status_known"])
def test_an_unchanged_row_is_released_when_the_rule_it_broke_is_changed_and_not_before(spoiled: FollowedWarehouse, without: str) -> None:
    rules = [rule for rule in FEW_RULES if rule.id != without]
    batch_id = spoiled.load(rules=rules).batch_id
    passes = without == QUANTITY
    assert (open_entries(spoiled), resolved_by(spoiled, batch_id)) == ((set(), REJECTED) if passes else (REJECTED, set()))
    assert by_key(spoiled.warehouse, SALES)[11]["quantity"] == (-1 if passes else 1)
    assert_all_equal(spoiled.warehouse, spoiled.model)


@pytest.mark.parametrize(
    "deletion",
    [
        ["DELETE FROM order_items WHERE order_item_id = 11"],
        ["DELETE FROM order_items WHERE order_id = 1", "DELETE FROM payments WHERE order_id = 1", "DELETE FROM orders WHERE order_id = 1"],
    ],
    ids=["the line", "the whole order"],
)
def test_entries_of_a_rejected_row_that_was_deleted_at_the_source_are_resolved(spoiled: FollowedWarehouse, deletion: Sequence[str]) -> None:
    run(spoiled.shop, *deletion)
    batch_id = spoiled.load().batch_id
    assert (open_entries(spoiled), resolved_by(spoiled, batch_id)) == (set(), REJECTED)
    assert_all_equal(spoiled.warehouse, spoiled.model)


def test_a_rejected_line_that_moves_is_followed_and_the_order_it_left_is_released(spoiled: FollowedWarehouse) -> None:
    run(spoiled.shop, "UPDATE order_items SET order_id = 2 WHERE order_item_id = 11")
    spoiled.load()
    assert open_entries(spoiled) == {
        ("order_items", "11", QUANTITY),
        ("order_items", "21", HELD),
        ("order_items", "22", HELD),
        ("orders", "2", HELD),
        ("payments", "2", HELD),
    }
    assert_all_equal(spoiled.warehouse, spoiled.model)
    run(spoiled.shop, "UPDATE order_items SET quantity = 1 WHERE order_item_id = 11")
    spoiled.load()
    assert open_entries(spoiled) == set()
    assert_all_equal(spoiled.warehouse, spoiled.model)


def test_a_good_row_that_moves_out_of_an_order_in_quarantine_moves_at_once(followed: FollowedWarehouse) -> None:
    run(followed.shop, "UPDATE order_items SET quantity = -1 WHERE order_item_id = 21")
    followed.load()
    run(
        followed.shop,
        "UPDATE order_items SET order_id = 1 WHERE order_item_id = 22",
        "UPDATE payments SET order_id = 1 WHERE payment_id = 2",
    )
    followed.load()
    assert by_key(followed.warehouse, SALES)[22]["order_id"] == 1
    assert by_key(followed.warehouse, PAYMENTS)[2]["order_id"] == 1
    assert_all_equal(followed.warehouse, followed.model)


def test_a_rejected_payment_keeps_its_last_good_version_while_its_order_goes_on(followed: FollowedWarehouse) -> None:
    good = by_key(followed.warehouse, PAYMENTS)
    run(
        followed.shop,
        "UPDATE payments SET amount = -5 WHERE payment_id = 1",
        "UPDATE orders SET status = 'delivered' WHERE order_id = 1",
    )
    followed.load()
    assert open_entries(followed) == {("payments", "1", "payments.amount_positive")}
    assert by_key(followed.warehouse, PAYMENTS) == good
    assert by_key(followed.warehouse, SALES)[11]["order_status"] == "delivered"
    run(followed.shop, "UPDATE payments SET amount = 5 WHERE payment_id = 1")
    followed.load()
    assert open_entries(followed) == set()
    assert_all_equal(followed.warehouse, followed.model)


def test_a_line_without_its_order_is_released_when_the_order_comes(followed: FollowedWarehouse) -> None:
    run(
        followed.shop,
        "SET foreign_key_checks = 0",
        "INSERT INTO order_items (order_item_id, order_id, product_id, quantity, unit_price) VALUES (91, 9, 1, 1, 9999.99)",
        "SET foreign_key_checks = 1",
    )
    followed.load()
    assert open_entries(followed) == {("order_items", "91", "order_items.order_id_known")}
    run(
        followed.shop,
        (
            "INSERT INTO orders (order_id, customer_id, order_date, region_id, total_amount, status)"
            " VALUES (9, 1, '2026-01-06 10:00:00', 1, 9999.99, 'paid')"
        ),
    )
    followed.load()
    assert open_entries(followed) == set()
    assert 91 in by_key(followed.warehouse, SALES)
    assert_all_equal(followed.warehouse, followed.model)


def test_a_rejected_customer_is_read_again_however_old_its_stamp(followed: FollowedWarehouse) -> None:
    run(
        followed.shop,
        "SET sql_mode = ''",
        "INSERT INTO customers (customer_id, full_name, created_at) VALUES (9, 'Марта Лис', '0000-00-00 00:00:00')",
        "SET sql_mode = DEFAULT",
    )
    followed.load()
    assert open_entries(followed) == {("customers", "9", "customers.created_at_not_null")}
    run(followed.shop, "UPDATE customers SET created_at = '2026-01-05 13:00:00', updated_at = '2026-02-01 00:00:00' WHERE customer_id = 9")
    followed.load()
    assert open_entries(followed) == set()
    assert_all_equal(followed.warehouse, followed.model)
