from typing import Any

import pytest
import sqlalchemy as sa

from techmarket.db.engines import Databases
from techmarket.errors import ConcurrentRunError, ConfigurationError, IntegrityError, WarehouseDriftError
from techmarket.ledger.batches import load_lock
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import Project
from techmarket.reconcile import comparison
from techmarket.reconcile import run as run_module
from techmarket.reconcile.report import ReconcileReport
from techmarket.reconcile.run import compare_warehouse
from techmarket.settings import Settings
from tests.support.queries import run
from tests.support.shop.small_shop import delete_orders, let_time_pass, place_order
from tests.support.warehouse.followed_warehouse import FollowedWarehouse, open_shop_of_two
from tests.support.warehouse.warehouse_comparison import assert_all_equal

Found = dict[tuple[str, int], tuple[Any, ...]]

MEMBERS = {
    "customer": "(SELECT customer_key FROM dwh.dim_customer WHERE customer_id = 2)",
    "employee": "(SELECT employee_key FROM dwh.dim_employee WHERE employee_id = 2)",
    "product": "(SELECT product_key FROM dwh.dim_product WHERE product_id = 2)",
    "region": "(SELECT region_key FROM dwh.dim_region WHERE region_id = 2)",
}
SALES_DAMAGE = {
    11: ("order_id = 2", "order_id"),
    12: (f"product_key = {MEMBERS['product']}", "product_id"),
    21: (f"customer_key = {MEMBERS['customer']}", "customer_id"),
    22: ("customer_key = 999999", "customer_id"),
    31: (f"employee_key = {MEMBERS['employee']}", "employee_id"),
    32: ("employee_key = 0", "employee_id"),
    41: (f"region_key = {MEMBERS['region']}", "region_id"),
    42: ("date_key = 20260106", "order_date"),
    51: ("quantity = 2", "quantity"),
    52: ("revenue = revenue + 0.01", "revenue"),
    61: ("discount_amount = discount_amount - 0.01", "discount_amount"),
    62: ("order_status = 'paid '", "order_status"),
    71: ("employee_key = 999999", "employee_id"),
}
"""Damage to a line, and the column to be reported. Order 7 was placed online."""
PAYMENT_DAMAGE = {
    1: ("order_id = 2", "order_id"),
    2: (f"customer_key = {MEMBERS['customer']}", "customer_id"),
    3: (f"region_key = {MEMBERS['region']}", "region_id"),
    4: ("date_key = 0", "paid_at"),
    5: ("amount = -amount", "amount"),
    6: ("method = 'Card'", "method"),
}
CUSTOMER_DAMAGE = {
    3: ("full_name = full_name || ' '", "full_name"),
    4: (f"region_key = {MEMBERS['region']}", "region_id"),
    5: ("created_at = created_at + INTERVAL '1 second'", "created_at"),
}

FAR = 9_000_000_000_000_000_000
MADE_UP = "INSERT INTO dwh.{fact} SELECT (jsonb_populate_record(f, '{keys}')).* FROM dwh.{fact} AS f WHERE {like}"


@pytest.fixture
def shop(source_admin: sa.Engine) -> sa.Engine:
    """Nine orders, one without an employee, and nine customers."""
    open_shop_of_two(source_admin)
    with source_admin.begin() as connection:
        for order_id in range(4, 10):
            place_order(connection, order_id)
        connection.exec_driver_sql("UPDATE orders SET employee_id = NULL WHERE order_id = 7")
        for customer_id in range(3, 10):
            connection.exec_driver_sql(
                "INSERT INTO customers (customer_id, full_name, created_at) VALUES (%s, 'Марко | Лис', '2025-03-30 03:30:00')",
                (customer_id,),
            )
    let_time_pass(source_admin)
    return source_admin


def compare(followed: FollowedWarehouse) -> ReconcileReport:
    return compare_warehouse(
        Databases(followed.source, followed.warehouse), project=Project(CATALOG, (), followed.settings), requested_by="test"
    )


def drift(report: ReconcileReport) -> Found:
    return {(found.compared.target, found.key): (found.kind.value, *found.columns) for found in report.drift}


def excused(report: ReconcileReport) -> Found:
    return {
        (found.difference.compared.target, found.difference.key): (found.disposition.value, found.difference.kind.value)
        for found in report.excused
    }


def test_every_altered_lost_and_made_up_row_of_the_warehouse_is_found_with_its_columns_and_repaired(followed: FollowedWarehouse) -> None:
    run(
        followed.warehouse,
        *(f"UPDATE dwh.fact_sales SET {damage} WHERE order_item_id = {key}" for key, (damage, _) in SALES_DAMAGE.items()),
        *(f"UPDATE dwh.fact_payments SET {damage} WHERE payment_id = {key}" for key, (damage, _) in PAYMENT_DAMAGE.items()),
        *(f"UPDATE dwh.dim_customer SET {damage} WHERE customer_id = {key}" for key, (damage, _) in CUSTOMER_DAMAGE.items()),
        "DELETE FROM dwh.fact_sales WHERE order_item_id = 81",
        MADE_UP.format(fact="fact_sales", keys='{"order_item_id": 99}', like="order_item_id = 91"),
        "DELETE FROM dwh.fact_payments WHERE payment_id = 8",
        MADE_UP.format(fact="fact_payments", keys='{"payment_id": 99, "order_id": 77}', like="payment_id = 9"),
        "DELETE FROM dwh.dim_customer WHERE customer_id = 6",
        "UPDATE dwh.dim_customer SET is_deleted = TRUE WHERE customer_id = 7",
        "INSERT INTO dwh.dim_customer (customer_id, full_name, region_key) VALUES (77, 'Nobody', 0)",
    )
    damaged = {
        **{("fact_sales", key): ("different", column) for key, (_, column) in SALES_DAMAGE.items()},
        **{("fact_payments", key): ("different", column) for key, (_, column) in PAYMENT_DAMAGE.items()},
        **{("dim_customer", key): ("different", column) for key, (_, column) in CUSTOMER_DAMAGE.items()},
        ("fact_sales", 81): ("missing",),
        ("fact_sales", 99): ("extra",),
        ("fact_payments", 8): ("missing",),
        ("fact_payments", 99): ("extra",),
        ("dim_customer", 6): ("missing",),
        ("dim_customer", 7): ("missing",),
        ("dim_customer", 77): ("extra",),
    }
    assert drift(compare(followed)) == damaged
    done = followed.reconcile()
    assert drift(done.found) == damaged
    assert (drift(done.outcome), excused(done.outcome)) == ({}, {})
    run(followed.warehouse, "DELETE FROM dwh.dim_customer WHERE customer_id = 77")
    assert_all_equal(followed.warehouse, followed.model)


def test_an_equal_warehouse_costs_two_short_queries_a_table_and_side_and_no_row_is_read(followed: FollowedWarehouse) -> None:
    asked: dict[str, list[str]] = {"mysql": [], "postgresql": []}

    def listen(connection: sa.Connection, _cursor: object, statement: str, *_rest: object) -> None:
        asked[connection.dialect.name].append(statement)

    engines = (followed.source, followed.warehouse)
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", listen)
    report = compare(followed)
    for engine in engines:
        sa.event.remove(engine, "before_cursor_execute", listen)
    assert (report.verdict(), report.requested_keys, report.drift, report.excused) == ("The warehouse equals the source.", {}, (), ())
    assert {table.tally.target: (table.tally.source_rows, table.tally.warehouse_rows) for table in report.tables} == {
        "dim_customer": (9, 9),
        "fact_sales": (18, 18),
        "fact_payments": (9, 9),
    }
    for statements in asked.values():
        of_rows = [statement for statement in statements if "row_text" in statement]
        assert [statement.split("(")[0] for statement in of_rows] == ["SELECT count"] * 3
        assert sum("OFFSET" in statement for statement in statements) == 3


def delete_without_a_trace(followed: FollowedWarehouse) -> None:
    """An order, a customer, and a line and a payment under unchanged headers."""
    delete_orders(followed.shop, 1)
    run(
        followed.shop,
        "DELETE FROM order_items WHERE order_item_id = 21",
        "DELETE FROM payments WHERE payment_id = 3",
        "DELETE FROM customers WHERE customer_id = 9",
    )


def test_deletions_in_the_source_that_no_incremental_load_sees_are_found_and_repaired(followed: FollowedWarehouse) -> None:
    delete_without_a_trace(followed)
    followed.load()
    gone: Found = {
        **{("fact_sales", line): ("extra",) for line in (11, 12, 21)},
        **{("fact_payments", payment): ("extra",) for payment in (1, 3)},
        ("dim_customer", 9): ("extra",),
    }
    report = compare(followed)
    assert drift(report) == gone
    assert report.requested_keys == {"orders": [1, 2, 3], "customers": [9]}
    done = followed.reconcile()
    assert drift(done.outcome) == {}
    assert followed.model.deleted["customers"] == {9}
    assert_all_equal(followed.warehouse, followed.model)


def test_what_the_next_load_brings_is_pending_and_no_drift(followed: FollowedWarehouse) -> None:
    run(
        followed.shop,
        "UPDATE orders SET status = 'returned' WHERE order_id = 1",
        "DELETE FROM order_items WHERE order_item_id = 21",
        "UPDATE orders SET total_amount = 9499.99 WHERE order_id = 2",
        "UPDATE order_items SET order_id = 4 WHERE order_item_id = 31",
        "UPDATE payments SET amount = 1 WHERE payment_id = 5",
        "UPDATE customers SET full_name = 'Мар''яна' WHERE customer_id = 3",
        "INSERT INTO customers (customer_id, full_name, created_at) VALUES (10, 'Нова', '2026-01-06 09:00:00')",
    )
    with followed.shop.begin() as connection:
        place_order(connection, 10)
    report = compare(followed)
    assert drift(report) == {}
    assert excused(report) == {
        **{("fact_sales", line): ("pending", "extra") for line in (11, 12, 21)},
        ("fact_sales", 31): ("pending", "different"),
        **{("fact_sales", line): ("pending", "missing") for line in (101, 102)},
        ("fact_payments", 5): ("pending", "different"),
        ("fact_payments", 10): ("pending", "missing"),
        ("dim_customer", 3): ("pending", "different"),
        ("dim_customer", 10): ("pending", "missing"),
    }
    report.require_equal()
    followed.load()
    assert excused(compare(followed)) == {}


def test_a_damaged_row_of_an_unchanged_order_is_drift_though_it_stands_under_one_that_changed(followed: FollowedWarehouse) -> None:
    """The next load would remove it there and put it nowhere."""
    run(followed.warehouse, "UPDATE dwh.fact_sales SET order_id = 2 WHERE order_item_id = 11")
    run(followed.shop, "UPDATE orders SET status = 'shipped' WHERE order_id = 2")
    assert drift(compare(followed)) == {("fact_sales", 11): ("different", "order_id")}
    assert drift(followed.reconcile().outcome) == {}
    followed.load()
    assert_all_equal(followed.warehouse, followed.model)


def test_what_is_in_quarantine_is_listed_as_held_and_no_drift(followed: FollowedWarehouse) -> None:
    run(
        followed.shop,
        "UPDATE order_items SET quantity = -1 WHERE order_item_id = 11",
        "UPDATE orders SET status = 'PAID' WHERE order_id = 2",
        "UPDATE payments SET amount = -5 WHERE payment_id = 3",
        "SET sql_mode = ''",
        "UPDATE customers SET created_at = '0000-00-00 00:00:00' WHERE customer_id = 3",
        "SET sql_mode = DEFAULT",
    )
    followed.load()
    report = compare(followed)
    assert drift(report) == {}
    assert excused(report) == {
        ("fact_sales", 11): ("held", "different"),
        **{("fact_sales", line): ("held", "extra") for line in (21, 22)},
        ("fact_payments", 3): ("held", "different"),
        ("dim_customer", 3): ("held", "different"),
    }
    run(followed.warehouse, "DELETE FROM dwh.fact_payments WHERE payment_id IN (1, 4)")
    report = compare(followed)
    assert drift(report) == {("fact_payments", 4): ("missing",)}
    assert excused(report)["fact_payments", 1] == ("held", "missing")


def test_the_same_rows_are_found_wherever_spans_are_cut_and_however_far_apart_keys_lie(
    followed: FollowedWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(
        followed.shop,
        f"UPDATE order_items SET order_item_id = {FAR} WHERE order_item_id = 91",
        "UPDATE payments SET payment_id = -4 WHERE payment_id = 4",
    )
    followed.load(Mode.FULL)
    sizes = ((1, 1), (3, 2), (7, 3), (9, 4, 2), (1_000, 100))
    for rows in sizes:
        monkeypatch.setattr(comparison, "_SPAN_ROWS", rows)
        assert drift(compare(followed)) == {}
    run(followed.shop, f"DELETE FROM order_items WHERE order_item_id = {FAR}", "DELETE FROM payments WHERE payment_id = -4")
    run(
        followed.warehouse,
        "UPDATE dwh.fact_sales SET quantity = 7 WHERE order_item_id = 32",
        "DELETE FROM dwh.fact_sales WHERE order_item_id >= 41 AND order_item_id < 62",
    )
    for rows in sizes:
        monkeypatch.setattr(comparison, "_SPAN_ROWS", rows)
        report = compare(followed)
        assert drift(report) == {
            ("fact_sales", 32): ("different", "quantity"),
            **{("fact_sales", line): ("missing",) for line in (41, 42, 51, 52, 61)},
            ("fact_sales", FAR): ("extra",),
            ("fact_payments", -4): ("extra",),
        }
        sales = report.tables[1].tally
        assert (sales.source_rows, sales.warehouse_rows) == (17, 13)


def test_a_mass_deletion_is_refused_until_it_is_allowed(followed: FollowedWarehouse) -> None:
    delete_orders(followed.shop, *range(3, 10))
    with pytest.raises(IntegrityError, match=r"fact_sales: the source no longer has 14 of 18 rows"):
        followed.reconcile()
    assert len(compare(followed).drift) == 14 + 7
    assert drift(followed.reconcile(allow_mass_delete=True).outcome) == {}
    assert_all_equal(followed.warehouse, followed.model)


def test_a_comparison_of_too_much_drift_ends_early_and_says_so(followed: FollowedWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    run(followed.warehouse, "TRUNCATE dwh.fact_sales, dwh.fact_payments")
    with monkeypatch.context() as bounded:
        bounded.setattr(run_module, "_MOST_DRIFT", 3)
        report = compare(followed)
    assert (len(report.drift), report.is_complete) == (3, False)
    with pytest.raises(WarehouseDriftError, match=r"3 rows of fact_sales.*`techmarket load --full`.*`techmarket reconcile --repair`"):
        report.require_equal()
    assert drift(followed.reconcile().outcome) == {}
    assert_all_equal(followed.warehouse, followed.model)


def test_nothing_is_compared_while_a_load_is_at_work_or_before_the_first(
    shop: sa.Engine, source: sa.Engine, warehouse: sa.Engine, settings: Settings
) -> None:
    followed = FollowedWarehouse(shop, source, warehouse, settings)
    with pytest.raises(ConfigurationError, match=r"Nothing was loaded yet of .*techmarket load --full"):
        compare(followed)
    with load_lock(warehouse, holder="a load"), pytest.raises(ConcurrentRunError, match="techmarket: a load"):
        compare(followed)
