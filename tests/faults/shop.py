"""The shop under faults, with its own servers and a proxy before each."""

import random
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from infra.local.databases import fresh_database
from infra.local.server import PrivateServer
from infra.local.servers import private_servers
from techmarket.db.engines import warehouse_engine
from techmarket.model.catalog import CATALOG
from techmarket.seed import create_reader, create_schema
from techmarket.settings import Settings
from techmarket.setup.bootstrap import bootstrap_warehouse
from tests.faults.invariants import Invariants
from tests.faults.load_process import LoadProcess
from tests.support.servers.proxy import Proxy
from tests.support.shop.small_shop import place_order
from tests.support.warehouse.followed_warehouse import open_shop_of_two
from tests.support.warehouse.warehouse_comparison import assert_all_equal
from tests.support.warehouse.warehouse_model import WarehouseModel

_ORDERS = 60
_CHANGES = (
    "UPDATE orders SET status = 'shipped' WHERE order_id % {n} = 0",
    "UPDATE orders SET status = 'cancelled' WHERE order_id % {n} = 1",
    "UPDATE orders SET status = 'paid' WHERE order_id % {n} = 2",
    "UPDATE order_items SET quantity = -1 WHERE order_item_id % {n} = 3",
    "UPDATE order_items SET quantity = 2 WHERE order_item_id % {n} = 3",
    "UPDATE order_items SET discount = 0.3333 WHERE order_item_id % {n} = 4",
    "UPDATE payments SET amount = amount + 0.01 WHERE payment_id % {n} = 0",
    "UPDATE products SET unit_cost = unit_cost + 0.01",
)
"""Possible changes before a load. An order with a bad line is quarantined."""
_RENAMED = "UPDATE customers SET full_name = %s WHERE customer_id = 1"
"""Before each load, so that each reads every table."""
_SEEN = (
    "SELECT (SELECT sum(revenue) FROM dwh.fact_sales), (SELECT count(*) FROM dwh.fact_sales), (SELECT sum(amount) FROM dwh.fact_payments),"
    " (SELECT sum(revenue) FROM dwh.mart_average_check)"
)
Seen = tuple[Decimal, int, Decimal, Decimal]
NOTHING_SET: Mapping[str, str] = {}


@dataclass
class FaultedShop:
    """The databases directly, as administrator, and through a proxy each, as a load."""

    mariadb: PrivateServer
    postgres: PrivateServer
    shop: sa.Engine
    warehouse: sa.Engine
    source_proxy: Proxy
    warehouse_proxy: Proxy
    folder: Path
    settings: dict[str, str]
    model: WarehouseModel = field(default_factory=WarehouseModel)
    harm: ExitStack = field(default_factory=ExitStack)
    invariants: Invariants = field(init=False)
    bytes_of_a_load: tuple[int, int] = (0, 0)
    """Bytes of the last undisturbed load: with source, with warehouse."""
    loads: int = 0
    orders: int = 3

    def __post_init__(self) -> None:
        self.invariants = Invariants(self.warehouse, Path(self.settings["TECHMARKET_EXTRACT_DIR"]))

    def start_load(self, *, full: bool = False, settings: Mapping[str, str] = NOTHING_SET) -> LoadProcess:
        """``settings`` are environment variables."""
        self.loads += 1
        self.source_proxy.carried = self.warehouse_proxy.carried = 0
        return LoadProcess(self.folder / f"{self.loads}.log", {**self.settings, **settings}, full=full)

    def heal(self) -> None:
        self.source_proxy.behave()
        self.warehouse_proxy.behave()
        self.harm.close()

    def change(self, draw: random.Random) -> None:
        """The next load must change the warehouse."""
        with self.shop.begin() as connection:
            self.orders += 1
            place_order(connection, self.orders)
            connection.exec_driver_sql(_RENAMED, (f"Customer of {self.orders} orders",))
            for change in draw.sample(_CHANGES, 3):
                connection.exec_driver_sql(change.format(n=draw.randint(5, 9)).replace("%", "%%"))

    def seen(self) -> Seen:
        """What a reader sees at one instant."""
        with self.session() as session:
            return seen_in(session)

    def session(self) -> sa.Connection:
        """Every statement sees the newest state."""
        return self.warehouse.connect().execution_options(isolation_level="AUTOCOMMIT")

    def assert_recovered(self) -> None:
        """A load makes all figures equal the model's, with all invariants; another one changes nothing."""
        self._load_well()
        self.bytes_of_a_load = (self.source_proxy.carried, self.warehouse_proxy.carried)
        self.model.observe(self.shop, self.warehouse)
        assert_all_equal(self.warehouse, self.model)
        self.invariants.assert_hold()
        self._load_well()
        self.invariants.assert_nothing_was_changed()

    def _load_well(self) -> None:
        load = self.start_load()
        assert load.ended() == 0, load.log.read_text()

    @contextmanager
    def readers_see_whole_releases(self) -> Iterator[None]:
        """During the block, a reader of the marts sees only the state before or after."""
        before, seen, over = self.seen(), set[Seen](), threading.Event()

        def poll() -> None:
            while not over.is_set():
                with suppress(DBAPIError), self.session() as session:  # the server may be down
                    while not over.wait(0.01):
                        seen.add(seen_in(session))
                over.wait(0.01)

        reader = threading.Thread(target=poll)
        reader.start()
        try:
            yield
        finally:
            over.set()
            reader.join()
        assert seen <= {before, self.seen()}


@contextmanager
def faulted_shop(servers: str, folder: Path) -> Iterator[FaultedShop]:
    """A shop with a loaded warehouse on its own private servers."""
    mariadb, postgres = private_servers(servers)
    with ExitStack() as resources:
        oltp_server, dwh_server = resources.enter_context(mariadb.shared()), resources.enter_context(postgres.shared())
        oltp = resources.enter_context(fresh_database(oltp_server))
        dwh = resources.enter_context(fresh_database(dwh_server))
        shop, warehouse = sa.create_engine(oltp, poolclass=NullPool), warehouse_engine(dwh, Settings(_env_file=None))
        password = secrets.token_hex(8)
        create_schema(shop)
        open_shop_of_two(shop)
        create_reader(shop, password=SecretStr(password), user="reader")
        bootstrap_warehouse(warehouse, catalog=CATALOG, today=date(2026, 11, 22), etl_password=SecretStr(password))
        proxies = [Proxy(url.host or "", url.port or 0) for url in (oltp, dwh)]
        for proxy in proxies:
            resources.callback(proxy.close)
        settings = {
            "TECHMARKET_OLTP_URL": _through(proxies[0], oltp, "reader", password),
            "TECHMARKET_DWH_URL": _through(proxies[1], dwh, "techmarket_etl", password),
            "TECHMARKET_EXTRACT_DIR": str(folder / "extracts"),
            "TECHMARKET_DATA_DOCS_DIR": str(folder / "data-docs"),
            "TECHMARKET_MAX_REJECT_SHARE": "1",
            "TECHMARKET_MAX_DELETE_SHARE": "1",
            "TECHMARKET_PAGE_ROWS": "20",
            "TECHMARKET_CONNECT_TIMEOUT": "PT2S",
            "TECHMARKET_LOCK_TIMEOUT": "PT10S",
        }
        faulted = FaultedShop(mariadb, postgres, shop, warehouse, *proxies, folder, settings)
        with shop.begin() as connection:
            while faulted.orders < _ORDERS:
                faulted.orders += 1
                place_order(connection, faulted.orders)
        faulted.assert_recovered()
        yield faulted


def seen_in(session: sa.Connection) -> Seen:
    return tuple(session.exec_driver_sql(_SEEN).one())  # type: ignore[return-value]


def _through(proxy: Proxy, url: URL, user: str, password: str) -> str:
    return url.set(username=user, password=password, host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)
