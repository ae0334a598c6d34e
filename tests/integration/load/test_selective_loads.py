from typing import Any

import pytest

from techmarket.ledger.source_history import source_history
from techmarket.model.modes import Mode
from tests.support.queries import run
from tests.support.shop.small_shop import delete_orders
from tests.support.warehouse.followed_warehouse import FollowedWarehouse
from tests.support.warehouse.warehouse_comparison import assert_all_equal
from tests.support.warehouse.warehouse_reading import PAYMENTS, SALES, by_key

DAMAGES = {
    "line lost": "DELETE FROM dwh.fact_sales WHERE order_item_id = 21",
    "line altered": "UPDATE dwh.fact_sales SET quantity = 7, revenue = 1 WHERE order_item_id = 21",
    "line made up": "INSERT INTO dwh.fact_sales SELECT (jsonb_populate_record(f, '{\"order_item_id\": 99}')).* FROM dwh.fact_sales AS f"
    " WHERE order_item_id = 11",
    "payment lost": "DELETE FROM dwh.fact_payments WHERE payment_id = 2",
    "payment altered": "UPDATE dwh.fact_payments SET amount = 0, order_id = 1 WHERE payment_id = 2",
    "order made up": "UPDATE dwh.fact_sales SET order_id = 77, order_item_id = 99 WHERE order_item_id = 21",
    "customer altered": "UPDATE dwh.dim_customer SET full_name = '?', is_deleted = TRUE WHERE customer_id = 1",
}


def watermarks(followed: FollowedWarehouse) -> list[Any]:
    with followed.warehouse.connect() as connection:
        return list(connection.exec_driver_sql("SELECT *, xmin::text FROM dwh.load_watermarks ORDER BY table_name"))


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_asked_rows_are_whole_again_in_a_damaged_warehouse(followed: FollowedWarehouse, damage: str) -> None:
    before = watermarks(followed)
    run(followed.warehouse, damage)
    followed.load(Mode.REPAIR, requested_keys={"orders": [1, 2, 3, 77], "customers": [1, 2]})
    assert_all_equal(followed.warehouse, followed.model)
    assert watermarks(followed) == before


def test_rows_that_were_not_asked_for_stay_as_they_were_until_the_next_load(followed: FollowedWarehouse) -> None:
    run(
        followed.shop,
        "UPDATE orders SET status = 'shipped' WHERE order_id IN (1, 2)",
        "UPDATE customers SET full_name = 'Олена Мельник' WHERE customer_id = 1",
    )
    followed.load(Mode.BACKFILL, requested_keys={"orders": [2]})
    assert {line: sale["order_status"] for line, sale in by_key(followed.warehouse, SALES).items() if line < 30} == {
        11: "paid", 12: "paid", 21: "shipped", 22: "shipped",
    }  # fmt: skip
    assert_all_equal(followed.warehouse, followed.model)
    followed.load()
    assert by_key(followed.warehouse, SALES)[11]["order_status"] == "shipped"
    assert_all_equal(followed.warehouse, followed.model)


def test_asked_orders_and_customers_that_the_source_no_longer_has_leave_the_warehouse(followed: FollowedWarehouse) -> None:
    delete_orders(followed.shop, 2, 3)
    run(followed.shop, "DELETE FROM customers WHERE customer_id = 2")
    certificate = followed.load(Mode.REPAIR, requested_keys={"orders": [2], "customers": [2]}).certificate
    assert {count.table: count.removed for count in certificate.tables if count.removed} == {
        "order_items": 2,
        "payments": 1,
        "customers": 1,
    }
    assert by_key(followed.warehouse, PAYMENTS).keys() == {1, 3}
    assert followed.model.deleted["customers"] == {2}
    assert_all_equal(followed.warehouse, followed.model)


def test_a_line_that_moved_to_another_asked_order_is_no_deletion(followed: FollowedWarehouse) -> None:
    run(followed.shop, "UPDATE order_items SET order_id = 1 WHERE order_id = 2", "UPDATE payments SET order_id = 1 WHERE order_id = 2")
    delete_orders(followed.shop, 2)
    strict = FollowedWarehouse(
        followed.shop, followed.source, followed.warehouse, followed.settings.model_copy(update={"max_delete_share": 0.0}), followed.model
    )
    run(
        followed.warehouse, "DELETE FROM dwh.fact_sales WHERE order_item_id IN (31, 32, 12)"
    )  # one missing line would be half of what is left
    strict.load(Mode.REPAIR, requested_keys={"orders": [1, 2, 3]})
    assert_all_equal(followed.warehouse, followed.model)


def test_a_quarantined_order_and_customer_deleted_at_the_source_leave_the_warehouse_with_the_next_load(followed: FollowedWarehouse) -> None:
    run(
        followed.shop,
        "UPDATE order_items SET quantity = -1 WHERE order_item_id = 21",
        "SET sql_mode = ''",
        "UPDATE customers SET created_at = '0000-00-00 00:00:00' WHERE customer_id = 2",
        "SET sql_mode = DEFAULT",
    )
    followed.load()
    delete_orders(followed.shop, 2)
    run(followed.shop, "DELETE FROM customers WHERE customer_id = 2")
    followed.load()
    assert by_key(followed.warehouse, SALES).keys() == {11, 12, 31, 32}
    assert followed.model.deleted["customers"] == {2}
    assert_all_equal(followed.warehouse, followed.model)
    with followed.warehouse.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM stg.rejected_rows WHERE resolved_at IS NULL").scalar_one() == 0


def test_only_a_load_that_follows_the_source_says_what_its_clock_must_show(followed: FollowedWarehouse) -> None:
    with followed.warehouse.connect() as connection:
        before = source_history(connection, Mode.INCREMENTAL).clock_due
    followed.load(Mode.BACKFILL)
    run(followed.warehouse, "UPDATE dwh.load_batches SET started_at = started_at + INTERVAL '1 day' WHERE mode = 'backfill'")
    with followed.warehouse.connect() as connection:
        after = source_history(connection, Mode.INCREMENTAL).clock_due
    assert before is not None
    assert after is not None
    assert before <= after


def test_a_load_that_follows_the_source_cannot_be_asked_for_rows(followed: FollowedWarehouse) -> None:
    with pytest.raises(ValueError, match="request keys in a selective mode"):
        followed.load(requested_keys={"orders": [1]})
