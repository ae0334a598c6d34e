import copy
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import URL
from sqlalchemy.pool import NullPool

from techmarket.db.engines import Databases
from techmarket.db.sql import read_sql
from techmarket.load.load import load
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import LoadRequest, Project
from tests.support.queries import run
from tests.support.shop.small_shop import place_order
from tests.support.warehouse.followed_warehouse import FEW_RULES, FollowedWarehouse
from tests.support.warehouse.warehouse_comparison import assert_all_equal

SINCE_THE_DUMP = (
    "UPDATE orders SET status = 'cancelled' WHERE order_id = 2",
    "UPDATE order_items SET quantity = -1 WHERE order_item_id = 31",
    "UPDATE products SET unit_cost = unit_cost + 1",
    "UPDATE customers SET full_name = 'Олена Нова' WHERE customer_id = 1",
)
AFTER_THE_RESTORE = (
    "UPDATE order_items SET quantity = 3 WHERE order_item_id = 31",
    "UPDATE orders SET status = 'shipped' WHERE order_id = 4",
)


@pytest.fixture
def dumped(dwh_server: URL, dwh_database: URL, followed: FollowedWarehouse) -> Iterator[Callable[[], None]]:
    """Dump the warehouse after the first load; returns what restores it."""
    name, dump = dwh_database.database, f"{dwh_database.database}_dump"
    server = sa.create_engine(dwh_server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    then = copy.deepcopy(followed.model)

    def administer(*statements: str) -> None:
        with server.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def restore() -> None:
        administer(f"DROP DATABASE {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {dump}")
        with sa.create_engine(dwh_database, poolclass=NullPool).begin() as connection:
            connection.exec_driver_sql(read_sql("postgres/04_roles.sql"), execution_options={"no_parameters": True})
        followed.model = then

    administer(f"CREATE DATABASE {dump} TEMPLATE {name}")
    yield restore
    administer(f"DROP DATABASE {dump} WITH (FORCE)")


def load_once_more(followed: FollowedWarehouse) -> None:
    """The changes stay recent, as outside of tests."""
    load(
        Databases(followed.source, followed.warehouse),
        request=LoadRequest(Mode.INCREMENTAL),
        project=Project(CATALOG, FEW_RULES, followed.settings),
    )


def test_the_next_load_brings_what_the_restored_warehouse_lost_and_what_came_since(
    followed: FollowedWarehouse, dumped: Callable[[], None]
) -> None:
    with followed.shop.begin() as connection:
        place_order(connection, 4)
    run(followed.shop, *SINCE_THE_DUMP)
    load_once_more(followed)
    dumped()
    run(followed.shop, *AFTER_THE_RESTORE)
    assert followed.load().certificate.balanced
    assert_all_equal(followed.warehouse, followed.model)
