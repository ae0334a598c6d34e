from collections.abc import Callable
from contextlib import ExitStack

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, strategies
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import URL
from sqlalchemy.pool import NullPool

from infra.local.databases import fresh_database
from techmarket.db.engines import Databases, source_engine, warehouse_engine
from techmarket.ledger.batches import open_batch
from techmarket.load.extracting import extract_batch
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import FOLLOWING, Mode
from techmarket.project import Project
from techmarket.quality.gate.check import check_batch
from techmarket.seed import create_schema
from techmarket.settings import Settings
from techmarket.staging.stage import stage
from tests.support.shop.small_shop import place_order
from tests.support.warehouse.followed_warehouse import FEW_RULES, FollowedWarehouse, open_shop_of_two
from tests.support.warehouse.warehouse_comparison import assert_all_equal, assert_facts_equal
from tests.support.warehouse.warehouse_copies import copied_warehouse

CHANGES = [
    *[("orders", f"status = '{status}'") for status in ("new", "paid", "delivered", "cancelled", "returned", "lost")],
    ("orders", "customer_id = 3 - customer_id"),
    ("orders", "region_id = 3 - region_id"),
    ("orders", "employee_id = IF(employee_id IS NULL, 2, NULL)"),
    ("orders", "order_date = order_date + INTERVAL 1 DAY"),
    ("order_items", "quantity = -1"),
    ("order_items", "quantity = 3"),
    ("order_items", "discount = 0.3333"),
    ("order_items", "product_id = 3 - product_id"),
    ("order_items", "order_id = :other_order"),
    ("payments", "amount = -5"),
    ("payments", "amount = 7.77"),
    ("payments", "order_id = :other_order"),
    ("products", "unit_cost = unit_cost + 1"),
    ("products", "category_id = 3 - category_id"),
    ("products", "name = ''"),
    ("products", "name = 'Пристрій'"),
    ("customers", "full_name = CONCAT(full_name, '-')"),
]
"""Changes of a row; some break a rule, some mend it."""

PICKED = strategies.integers(0, 2**16)
"""Selects a row."""


class ShopUnderLoad(RuleBasedStateMachine):
    """Anything may happen to this shop between and during loads."""

    def __init__(self, open_warehouse: Callable[[ExitStack], FollowedWarehouse]) -> None:
        super().__init__()
        self.resources = ExitStack()
        self.followed = open_warehouse(self.resources)
        self.followed.load()

    def teardown(self) -> None:
        self.resources.close()

    def pick(self, table: str, picked: int) -> int | None:
        with self.followed.shop.connect() as connection:
            keys = connection.exec_driver_sql(f"SELECT {CATALOG[table].key} FROM {table} ORDER BY 1").scalars().all()
        return keys[picked % len(keys)] if keys else None

    def change(self, statement: str, **values: object) -> None:
        with self.followed.shop.begin() as connection:
            connection.execute(sa.text(statement), values)

    @rule()
    def place(self) -> None:
        with self.followed.shop.begin() as connection:
            place_order(connection, connection.exec_driver_sql("SELECT COALESCE(MAX(order_id), 0) + 1 FROM orders").scalar_one())

    @rule(changes=strategies.lists(strategies.tuples(strategies.sampled_from(CHANGES), PICKED, PICKED), min_size=1, max_size=6))
    def change_rows(self, changes: list[tuple[tuple[str, str], int, int]]) -> None:
        for (table, assignment), row, other_order in changes:
            values = {"other_order": self.pick("orders", other_order)} if ":other_order" in assignment else {}
            self.change(f"UPDATE {table} SET {assignment} WHERE {CATALOG[table].key} = :key", key=self.pick(table, row), **values)

    @rule(table=strategies.sampled_from(["order_items", "payments"]), row=PICKED)
    def delete_row(self, table: str, row: int) -> None:
        """Touches the header, as the application does; else no incremental load could know."""
        key, values = CATALOG[table].key, {"key": self.pick(table, row)}
        touch = f"UPDATE orders SET total_amount = total_amount + 1 WHERE order_id = (SELECT order_id FROM {table} WHERE {key} = :key)"
        self.change(touch, **values)
        self.change(f"DELETE FROM {table} WHERE {key} = :key", **values)

    @rule(row=PICKED)
    def delete_order(self, row: int) -> None:
        order_id = self.pick("orders", row)
        for table in ("payments", "order_items", "orders"):
            self.change(f"DELETE FROM {table} WHERE order_id = :order_id", order_id=order_id)

    @rule(mode=strategies.sampled_from(FOLLOWING))
    def load(self, mode: Mode) -> None:
        assert self.followed.load(mode).certificate.balanced
        assert_all_equal(self.followed.warehouse, self.followed.model)

    @rule(mode=strategies.sampled_from([Mode.BACKFILL, Mode.REPAIR]), orders=strategies.sets(strategies.integers(1, 6)))
    def load_what_is_asked_for(self, mode: Mode, orders: set[int]) -> None:
        """Existing, deleted and unknown orders."""
        assert self.followed.load(mode, requested_keys={"orders": sorted(orders), "customers": [1, 9]}).certificate.balanced
        assert_all_equal(self.followed.warehouse, self.followed.model)

    @rule(table=strategies.sampled_from(["order_items", "payments"]), row=PICKED)
    def reconcile_after_a_deletion_without_a_trace(self, table: str, row: int) -> None:
        """The next load notices it only for a changed or quarantined order; otherwise a repair does."""
        key = CATALOG[table].key
        self.change(f"DELETE FROM {table} WHERE {key} = :key", key=self.pick(table, row))
        done = self.followed.reconcile()
        assert done.outcome.drift == ()
        assert_all_equal(self.followed.warehouse, self.followed.model)

    @rule(mode=strategies.sampled_from(Mode), steps=strategies.integers(1, 3))
    def load_that_dies(self, mode: Mode, steps: int) -> None:
        """The process ends after extract, staging or gate; the ledger still shows the batch as running."""
        followed, settings = self.followed, self.followed.settings
        batch = open_batch(followed.warehouse, mode, requested_by="a load that dies")
        sealed = extract_batch(Databases(followed.source, followed.warehouse), batch, project=Project(CATALOG, (), settings))
        if steps > 1:
            stage(followed.warehouse, sealed, batch_id=batch.batch_id, catalog=CATALOG)
        if steps > 2:
            check_batch(followed.warehouse, batch_id=batch.batch_id, project=Project(CATALOG, FEW_RULES, settings))
        assert_facts_equal(followed.warehouse, followed.model)


@pytest.mark.timeout(900)
def test_the_warehouse_is_the_source_minus_quarantine_after_any_operations_loads_and_crashes(
    oltp_server: URL, dwh_server: URL, bootstrapped_database: str, settings: Settings
) -> None:
    """Without limits on rejects and deletions, which so small a shop would exceed."""
    bold = settings.model_copy(update={"max_reject_share": 1.0, "max_delete_share": 1.0})

    def open_warehouse(resources: ExitStack) -> FollowedWarehouse:
        oltp = resources.enter_context(fresh_database(oltp_server))
        dwh = resources.enter_context(copied_warehouse(dwh_server, bootstrapped_database))
        shop = sa.create_engine(oltp, poolclass=NullPool)
        create_schema(shop)
        open_shop_of_two(shop)
        return FollowedWarehouse(shop, source_engine(oltp, bold), warehouse_engine(dwh.set(username="techmarket_etl"), bold), bold)

    run_state_machine_as_test(
        lambda: ShopUnderLoad(open_warehouse),
        settings=hypothesis.settings(
            max_examples=8,
            stateful_step_count=25,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        ),
    )
