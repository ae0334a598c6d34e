from datetime import date

import pytest
import sqlalchemy as sa

from techmarket.db.sql import read_sql
from techmarket.ledger.batches import load_lock
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.setup.bootstrap import bootstrap_warehouse
from tests.support.documents.offered import offered
from tests.support.queries import column, rows, run
from tests.support.shop.small_shop import place_order
from tests.support.warehouse.followed_warehouse import FollowedWarehouse
from tests.support.warehouse.warehouse_comparison import assert_all_equal

INDEXES = """
SELECT c.relname, replace(replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON '), 'stg.', 'dwh.')
FROM pg_index AS i JOIN pg_class AS c ON i.indexrelid = c.oid
WHERE i.indrelid = 'dwh.fact_sales'::regclass AND i.indisvalid AND NOT i.indisprimary
"""
YEARS = ("fact_sales_2026", "fact_sales_2027", "fact_sales_2028", "fact_sales_2029", "fact_sales_other")
"""The calendar's, and the one that docs/scaling.md adds."""
BY_PARTITION = "SELECT tableoid::regclass::text, count(*) FROM dwh.fact_sales GROUP BY 1"


def partition(warehouse: sa.Engine) -> None:
    """As ``psql --single-transaction`` does."""
    with warehouse.begin() as connection:
        connection.exec_driver_sql(read_sql("postgres/growth/fact_sales_by_year.sql"), execution_options={"no_parameters": True})


@pytest.fixture
def by_year(followed: FollowedWarehouse) -> FollowedWarehouse:
    with followed.shop.begin() as connection:
        for order_id in range(100, 106):
            place_order(connection, order_id)
    run(followed.shop, "UPDATE orders SET order_date = '2025-12-31 23:59:59' WHERE order_id IN (100, 101)")
    followed.load()
    partition(followed.warehouse)
    return followed


def test_rows_indexes_and_readers_are_as_before(followed: FollowedWarehouse) -> None:
    before = dict(rows(followed.warehouse, INDEXES))
    partition(followed.warehouse)
    assert dict(rows(followed.warehouse, INDEXES)) == before
    assert_all_equal(followed.warehouse, followed.model)
    with followed.warehouse.connect() as connection:
        granted = "SELECT has_table_privilege('techmarket_bi', 'dwh.fact_sales', 'SELECT'), to_regclass('stg.fact_sales')"
        assert connection.exec_driver_sql(granted).one() == (True, None)


def test_every_year_has_a_partition_and_a_changed_day_moves_the_line(by_year: FollowedWarehouse) -> None:
    assert set(column(by_year.warehouse, BY_PARTITION)) == {"dwh.fact_sales_2025", "dwh.fact_sales_2026"}
    run(
        by_year.shop,
        "UPDATE orders SET order_date = '2025-01-01 00:00:00' WHERE order_id = 102",
        "UPDATE orders SET order_date = '2001-05-05 12:00:00' WHERE order_id = 100",  # a year without a partition
        "UPDATE orders SET status = 'cancelled' WHERE order_id = 103",
        "UPDATE order_items SET quantity = 9 WHERE order_id = 104",
        "DELETE FROM order_items WHERE order_id = 105",
        "UPDATE orders SET total_amount = 0 WHERE order_id = 105",
    )
    by_year.load()
    assert_all_equal(by_year.warehouse, by_year.model)
    assert "dwh.fact_sales_other" in column(by_year.warehouse, BY_PARTITION)


def test_a_full_load_into_the_emptied_fact_makes_the_indexes_of_all_partitions(by_year: FollowedWarehouse) -> None:
    before = dict(rows(by_year.warehouse, INDEXES))
    run(by_year.warehouse, "TRUNCATE dwh.fact_sales")
    by_year.load(Mode.FULL)
    assert dict(rows(by_year.warehouse, INDEXES)) == before
    assert_all_equal(by_year.warehouse, by_year.model)
    of_one_year = "SELECT count(*), 0 FROM pg_index WHERE indrelid = 'dwh.fact_sales_2026'::regclass AND indisvalid"
    assert list(dict(rows(by_year.warehouse, of_one_year))) == [len(before) + 1]


def test_a_bootstrap_leaves_it_partitioned(by_year: FollowedWarehouse) -> None:
    bootstrap_warehouse(by_year.warehouse, catalog=CATALOG, today=date(2026, 11, 22))
    assert set(column(by_year.warehouse, BY_PARTITION)) == {"dwh.fact_sales_2025", "dwh.fact_sales_2026"}
    by_year.load()
    assert_all_equal(by_year.warehouse, by_year.model)


def test_it_is_refused_beside_a_load_and_done_once(followed: FollowedWarehouse) -> None:
    with load_lock(followed.warehouse, holder="a load"), pytest.raises(sa.exc.DBAPIError, match="A load is running"):
        partition(followed.warehouse)
    partition(followed.warehouse)
    with pytest.raises(sa.exc.DBAPIError, match="is partitioned already"):
        partition(followed.warehouse)


def test_partitions_are_settled_as_the_fact_was_and_so_is_the_one_of_a_new_year(followed: FollowedWarehouse) -> None:
    settled = (
        "SELECT relname, reloptions FROM pg_class WHERE relnamespace = 'dwh'::regnamespace AND relkind = 'r' AND relname ~ '^fact_sales'"
    )
    before = dict(rows(followed.warehouse, settled))["fact_sales"]
    partition(followed.warehouse)
    run(followed.warehouse, *offered("scaling.md"))
    assert dict(rows(followed.warehouse, settled)) == dict.fromkeys(YEARS, before)
