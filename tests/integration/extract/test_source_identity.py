import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from infra.local.databases import fresh_database
from techmarket.db.engines import Databases, source_engine
from techmarket.errors import IntegrityError, OtherSourceError, SourceClockError, SourceWentBackError
from techmarket.extract.source_identity import observe, require_same_source
from techmarket.load.load import load
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import Project
from techmarket.seed import create_schema
from techmarket.settings import Settings
from techmarket.setup.doctor.identity_check import identity
from tests.support.queries import column, run, value
from tests.support.shop.small_shop import delete_orders, open_shop, place_order
from tests.support.warehouse.followed_warehouse import FEW_RULES, FollowedWarehouse
from tests.support.warehouse.warehouse_comparison import assert_all_equal

OF_ORDERS = ("order_items", "payments", "orders")


@pytest.fixture
def stocked(followed: FollowedWarehouse) -> FollowedWarehouse:
    """Sixty orders more, each placed at a minute of its own, all loaded."""
    place_orders(followed.shop, range(101, 161))
    followed.load()
    return followed


def place_orders(shop: sa.Engine, orders: range, *, since: str = "2026-02-01") -> None:
    with shop.begin() as connection:
        for order_id in orders:
            place_order(connection, order_id)
        binds = {"since": since, "first": orders[0], "last": orders[-1]}
        for table, born in (("orders", "order_date"), ("payments", "paid_at")):
            placed = f"UPDATE {table} SET {born} = :since + INTERVAL order_id MINUTE WHERE order_id BETWEEN :first AND :last"
            connection.execute(sa.text(placed), binds)


@contextmanager
def restored(shop: sa.Engine) -> Iterator[None]:
    """Brings the tables of orders back to what they were, with stamps and next keys, as a dump does."""
    for table in OF_ORDERS:
        run(shop, f"CREATE TABLE was_{table} LIKE {table}", f"INSERT INTO was_{table} SELECT * FROM {table}")
    yield
    for table in OF_ORDERS:
        run(shop, f"DROP TABLE {table}", f"RENAME TABLE was_{table} TO {table}")


def load_as_time_stands_still(followed: FollowedWarehouse) -> None:
    """The changes stay as young as they are."""
    load(Databases(followed.source, followed.warehouse), Project(CATALOG, FEW_RULES, followed.settings))


def assert_refused(followed: FollowedWarehouse, error: type[Exception], *modes: Mode) -> str:
    """Nothing is touched, in any mode; and the way out of the message leads to a warehouse that equals the source."""
    before = column(followed.warehouse, "SELECT revenue FROM dwh.fact_sales ORDER BY order_item_id")
    for mode in modes or (Mode.INCREMENTAL, Mode.FULL):
        with pytest.raises(error) as refused:
            followed.load(mode)
    assert column(followed.warehouse, "SELECT revenue FROM dwh.fact_sales ORDER BY order_item_id") == before
    assert "techmarket load --new-source" in str(refused.value)
    followed.load(Mode.FULL, new_source=True)
    assert_all_equal(followed.warehouse, followed.model)
    run(
        followed.shop,
        "UPDATE orders SET status = 'cancelled' WHERE order_id = (SELECT first FROM (SELECT min(order_id) AS first FROM orders) AS o)",
    )
    followed.load()
    assert_all_equal(followed.warehouse, followed.model)
    return str(refused.value)


def test_another_shop_is_refused(stocked: FollowedWarehouse, settings: Settings) -> None:
    """Its orders have the same numbers."""
    with fresh_database(stocked.shop.url) as url:
        other = sa.create_engine(url, poolclass=sa.pool.NullPool)
        create_schema(other)
        open_shop(other, orders=())
        place_orders(other, range(1, 161), since="2025-06-01")
        reader = stocked.source.url
        run(stocked.shop, f"GRANT SELECT ON `{url.database}`.* TO {reader.username}@'%'")
        stocked.shop, stocked.source = other, source_engine(reader.set(database=url.database), settings)
        said = assert_refused(stocked, OtherSourceError)
    assert f"database {url.database}" in said


def test_the_same_rows_under_new_keys_are_refused(stocked: FollowedWarehouse) -> None:
    """An import into a new server numbers them itself. A full load finds the old ones gone."""
    run(
        stocked.shop,
        "SET foreign_key_checks = 0",
        *(f"UPDATE {table} SET order_id = order_id + 100000" for table in OF_ORDERS),
        "UPDATE order_items SET order_item_id = order_item_id + 100000",
        "UPDATE payments SET payment_id = payment_id + 100000",
        "SET foreign_key_checks = 1",
    )
    with pytest.raises(IntegrityError, match="mass deletion"):
        stocked.load(Mode.FULL)
    assert_refused(stocked, OtherSourceError, Mode.INCREMENTAL)


def test_a_restored_source_is_refused(stocked: FollowedWarehouse) -> None:
    with restored(stocked.shop):
        run(stocked.shop, "UPDATE orders SET status = 'cancelled' WHERE order_id = 102")
        load_as_time_stands_still(stocked)
    said = assert_refused(stocked, SourceWentBackError)
    assert "1 of 25 rows of orders were last changed earlier" in said


def test_a_restored_source_that_uses_its_numbers_again_is_refused(stocked: FollowedWarehouse) -> None:
    """None of its stamps and counters is lower than it was."""
    with restored(stocked.shop):
        place_orders(stocked.shop, range(201, 205))
        stocked.load()
    later = value(stocked.shop, "SELECT now() + INTERVAL 1 DAY")
    place_orders(stocked.shop, range(201, 210), since=f"{later:%Y-%m-%d}")
    assert "came to be after the release that has their keys" in assert_refused(stocked, SourceWentBackError)


def test_a_restored_source_whose_newest_orders_are_lost_is_refused(stocked: FollowedWarehouse) -> None:
    with restored(stocked.shop):
        place_orders(stocked.shop, range(201, 205))
        stocked.load()
    assert "the next key of orders is 161, and was 205" in assert_refused(stocked, SourceWentBackError)


def test_neither_repair_nor_doctor_accept_a_restored_source(stocked: FollowedWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    with restored(stocked.shop):
        run(stocked.shop, "UPDATE orders SET status = 'cancelled' WHERE order_id = 102")
        load_as_time_stands_still(stocked)
    with pytest.raises(SourceWentBackError):
        stocked.reconcile()
    monkeypatch.setattr("techmarket.db.addresses.source", lambda _settings: stocked.source)
    monkeypatch.setattr("techmarket.db.addresses.warehouse", lambda _settings: stocked.warehouse)
    with pytest.raises(SourceWentBackError):
        identity(Project(CATALOG, (), stocked.settings))


@pytest.mark.parametrize(("was", "is_behind"), [("10", False), ("20", False), ("21", True)])
def test_a_log_that_went_back_is_a_restored_server(stocked: FollowedWarehouse, was: str, *, is_behind: bool) -> None:
    """No sampled row has changed since."""
    with stocked.source.connect() as connection:
        now = observe(connection, CATALOG, datetime.now(UTC))
        position = "0-7-{}" if "MariaDB" in value(stocked.shop, "SELECT version()") else "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-{}"
        known, found = (replace(now, log_position=position.format(number)) for number in (was, 20))
        expected = pytest.raises(SourceWentBackError, match="its log is at") if is_behind else nullcontext()
        with expected:
            require_same_source(known, found, connection, Project(CATALOG, (), stocked.settings), tolerance=timedelta(0))


def remember(warehouse: sa.Engine, **changed: str) -> None:
    with warehouse.begin() as connection:
        connection.execute(
            sa.text("UPDATE dwh.source_state SET state = state || cast(:changed AS jsonb)"), {"changed": json.dumps(changed)}
        )


def test_a_server_in_step_may_take_over(stocked: FollowedWarehouse, caplog: pytest.LogCaptureFixture) -> None:
    remember(stocked.warehouse, server="the failed primary", log_position="0-1-999999999")
    place_orders(stocked.shop, range(161, 165))
    with caplog.at_level(logging.WARNING):
        stocked.load()
    assert "no longer database" in caplog.text
    assert "server the failed primary" in caplog.text
    assert_all_equal(stocked.warehouse, stocked.model)
    caplog.clear()
    stocked.load()
    assert "failed primary" not in caplog.text


def test_ordinary_changes_raise_no_alarm(stocked: FollowedWarehouse) -> None:
    """Ten test orders deleted again, one order dated later, a future date corrected."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    run(
        stocked.shop,
        f"UPDATE orders SET order_date = '{tomorrow.replace(year=2062):%Y-%m-%d %H:%M:%S}' WHERE order_id IN (121, 122, 123, 124)",
    )
    stocked.load()
    delete_orders(stocked.shop, *range(151, 161))
    run(
        stocked.shop,
        f"UPDATE orders SET order_date = '{tomorrow:%Y-%m-%d %H:%M:%S}' WHERE order_id = 120",
        "UPDATE orders SET order_date = '2026-03-01 10:00:00' WHERE order_id IN (121, 122, 123, 124)",
    )
    stocked.load()
    stocked.reconcile(allow_mass_delete=True)
    assert_all_equal(stocked.warehouse, stocked.model)


def test_a_clock_that_is_ahead_is_refused_and_leaves_nothing(stocked: FollowedWarehouse) -> None:
    before = value(stocked.warehouse, "SELECT max(watermark) FROM dwh.load_watermarks")
    in_a_year = int((datetime.now(UTC) + timedelta(days=365)).timestamp())
    run(stocked.shop, f"SET GLOBAL init_connect = 'SET timestamp = {in_a_year}'")
    try:
        with pytest.raises(SourceClockError, match="correct the clock"):
            stocked.load()
    finally:
        run(stocked.shop, "SET GLOBAL init_connect = ''")
    assert value(stocked.warehouse, "SELECT max(watermark) FROM dwh.load_watermarks") == before
    stocked.load()


def test_a_ledger_that_is_ahead_can_be_mended(stocked: FollowedWarehouse) -> None:
    """A version that did not look at the clock has released a snapshot from the future."""
    run(
        stocked.warehouse,
        "UPDATE dwh.load_batches SET snapshot_at = now() + interval '1 year', horizon = now() + interval '1 year' WHERE batch_id = 2",
        "UPDATE dwh.load_watermarks SET watermark = now() + interval '1 year'",
    )
    assert_refused(stocked, SourceClockError)
    assert value(stocked.warehouse, "SELECT max(watermark) < now() FROM dwh.load_watermarks")
    stocked.reconcile()
