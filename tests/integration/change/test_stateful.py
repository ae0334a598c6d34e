"""Whatever happens to a small shop, and wherever its loads die: the next load makes the warehouse the source minus quarantine."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date

import hypothesis
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, strategies
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from pydantic import SecretStr
from sqlalchemy import URL
from sqlalchemy.pool import NullPool

from infra.local.databases import fresh_database
from techmarket.batches import open_batch
from techmarket.bootstrap import bootstrap_warehouse
from techmarket.catalog import CATALOG
from techmarket.databases import source_engine, warehouse_engine
from techmarket.modes import Mode
from techmarket.pipeline import extract_batch, gate_batch
from techmarket.seed import create_schema
from techmarket.settings import Settings
from techmarket.staging import stage
from tests.integration.change.followed_warehouse import FEW_RULES, FollowedWarehouse, open_shop_of_two
from tests.integration.warehouse_comparison import assert_all_equal, assert_facts_equal

_TOUCH_ORDER_OF = "UPDATE orders SET total_amount = total_amount + 1 WHERE order_id = (SELECT order_id FROM {table} WHERE {key} = :key)"
"""As the application does before it deletes a row: else no incremental load could know."""

HAPPENINGS = {
    "an order is placed": (
        "regions",
        "INSERT INTO orders (customer_id, order_date, region_id, total_amount, status) VALUES (1, '2026-01-06 10:00', :key, 350, 'paid')",
        "INSERT INTO order_items (order_id, product_id, quantity, unit_price) SELECT MAX(order_id), 1, 1, 100.01 FROM orders",
        "INSERT INTO order_items (order_id, product_id, quantity, unit_price) SELECT MAX(order_id), 2, 1, 249.99 FROM orders",
        "INSERT INTO payments (order_id, method, paid_at, amount) SELECT MAX(order_id), 'card', '2026-01-06 10:01', 350 FROM orders",
    ),
    **{
        f"an order is {status}": ("orders", f"UPDATE orders SET status = '{status}' WHERE order_id = :key")
        for status in ("new", "paid", "delivered", "cancelled", "returned", "lost")
    },
    "an order changes hands": (
        "orders",
        "UPDATE orders SET customer_id = 3 - customer_id, region_id = 3 - region_id WHERE order_id = :key",
        "UPDATE orders SET employee_id = IF(employee_id IS NULL, 2, NULL) WHERE order_id = :key",
    ),
    "an order is put off": ("orders", "UPDATE orders SET order_date = order_date + INTERVAL 1 DAY WHERE order_id = :key"),
    "an order is deleted": (
        "orders",
        "DELETE FROM payments WHERE order_id = :key",
        "DELETE FROM order_items WHERE order_id = :key",
        "DELETE FROM orders WHERE order_id = :key",
    ),
    "a quantity is spoiled": ("order_items", "UPDATE order_items SET quantity = -1 WHERE order_item_id = :key"),
    "a quantity is right": ("order_items", "UPDATE order_items SET quantity = 3 WHERE order_item_id = :key"),
    "a line is for another product": ("order_items", "UPDATE order_items SET product_id = 3 - product_id WHERE order_item_id = :key"),
    "a line moves": ("order_items", "UPDATE order_items SET order_id = :other_order WHERE order_item_id = :key"),
    "a line is deleted": (
        "order_items",
        _TOUCH_ORDER_OF.format(table="order_items", key="order_item_id"),
        "DELETE FROM order_items WHERE order_item_id = :key",
    ),
    "an amount is spoiled": ("payments", "UPDATE payments SET amount = -5 WHERE payment_id = :key"),
    "an amount is right": ("payments", "UPDATE payments SET amount = 7.77 WHERE payment_id = :key"),
    "a payment moves": ("payments", "UPDATE payments SET order_id = :other_order WHERE payment_id = :key"),
    "a payment is deleted": (
        "payments",
        _TOUCH_ORDER_OF.format(table="payments", key="payment_id"),
        "DELETE FROM payments WHERE payment_id = :key",
    ),
    "a product is dearer": ("products", "UPDATE products SET unit_cost = unit_cost + 1 WHERE product_id = :key"),
    "a product's name is spoiled": ("products", "UPDATE products SET name = '' WHERE product_id = :key"),
    "a product's name is right": ("products", "UPDATE products SET name = 'Пристрій' WHERE product_id = :key"),
    "a customer is renamed": ("customers", "UPDATE customers SET full_name = CONCAT(full_name, '-') WHERE customer_id = :key"),
}
"""What can happen to a row of a table, whose key is bound; some of it breaks a rule, and some of it mends what was broken."""

ROW = strategies.integers(0, 5)
"""Which of a table's rows; few, so that the same ones are met again and again."""


class ShopUnderLoad(RuleBasedStateMachine):
    """A shop in which anything may happen between the loads of its warehouse, and to the loads themselves."""

    def __init__(self, open_warehouse: Callable[[ExitStack], FollowedWarehouse]) -> None:
        super().__init__()
        self.resources = ExitStack()
        self.followed = open_warehouse(self.resources)
        self.followed.load()

    def teardown(self) -> None:
        self.resources.close()

    # One rule: of several, hypothesis would leave some out of each example, and without loads there is nothing to see.
    @rule(
        happenings=strategies.lists(strategies.tuples(strategies.sampled_from(sorted(HAPPENINGS)), ROW, ROW), min_size=8, max_size=16),
        dies_after=strategies.sampled_from([None, None, "extract", "stage", "gate"]),
        mode=strategies.sampled_from([Mode.INCREMENTAL, Mode.INCREMENTAL, Mode.FULL]),
    )
    def a_day(self, happenings: list[tuple[str, int, int]], dies_after: str | None, mode: Mode) -> None:
        with self.followed.shop.connect() as connection:
            for name, row, other_order in happenings:
                happen(connection, name, row, other_order)
        if dies_after:
            self.load_that_dies(mode, dies_after)
        assert self.followed.load(mode).certificate.balanced
        assert_all_equal(self.followed.warehouse, self.followed.model)

    def load_that_dies(self, mode: Mode, phase: str) -> None:
        """The process is gone at the end of a phase; only the ledger knows, and has the batch running."""
        followed, settings = self.followed, self.followed.settings
        batch = open_batch(followed.warehouse, mode, requested_by="a load that dies")
        sealed = extract_batch(
            followed.source, followed.warehouse, batch, catalog=CATALOG, settings=settings, on_progress=lambda _table, _rows, _of: None
        )
        if phase != "extract":
            stage(followed.warehouse, sealed, batch_id=batch.batch_id, catalog=CATALOG)
        if phase == "gate":
            gate_batch(followed.warehouse, batch.batch_id, rules=FEW_RULES, catalog=CATALOG, settings=settings)
        assert_facts_equal(followed.warehouse, followed.model)


def happen(connection: sa.Connection, name: str, row: int, other_order: int) -> None:
    table, *statements = HAPPENINGS[name]
    keys = {"key": pick(connection, table, row), "other_order": pick(connection, "orders", other_order)}
    for statement in statements if None not in keys.values() else ():
        connection.execute(sa.text(statement), keys)
    connection.commit()


def pick(connection: sa.Connection, table: str, row: int) -> int | None:
    """The key of a row; None where the table has none."""
    keys = connection.exec_driver_sql(f"SELECT {CATALOG[table].key} FROM {table} ORDER BY 1").scalars().all()
    return keys[row % len(keys)] if keys else None


def test_the_warehouse_is_the_source_minus_quarantine_after_any_operations_loads_and_crashes(
    oltp_server: URL, dwh_server: URL, settings: Settings
) -> None:
    """With no limit to what may be rejected or deleted, which would refuse loads of so small a shop."""
    bold = settings.model_copy(update={"max_reject_share": 1.0, "max_delete_share": 1.0})

    def open_warehouse(resources: ExitStack) -> FollowedWarehouse:
        oltp = resources.enter_context(fresh_database(oltp_server))
        dwh = resources.enter_context(fresh_database(dwh_server))
        shop = sa.create_engine(oltp, poolclass=NullPool)
        create_schema(shop)
        open_shop_of_two(shop)
        password = SecretStr(str(dwh.password))
        bootstrap_warehouse(warehouse_engine(dwh, bold), catalog=CATALOG, today=date(2026, 11, 22), etl_password=password)
        return FollowedWarehouse(shop, source_engine(oltp, bold), warehouse_engine(dwh.set(username="techmarket_etl"), bold), bold)

    run_state_machine_as_test(
        lambda: ShopUnderLoad(open_warehouse),
        settings=hypothesis.settings(
            max_examples=4,
            stateful_step_count=12,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # to shrink a failing run would take minutes
        ),
    )
