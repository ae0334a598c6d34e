"""All injections come from outside."""

import os
import resource
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import URL
from sqlalchemy.engine import make_url

from infra.local.ports import is_free
from infra.local.server import PrivateServer
from tests.faults.load_process import LoadProcess
from tests.faults.shop import FaultedShop
from tests.support.servers.disks import filled_up, full_disk, small_disk
from tests.support.servers.proxy import Proxy
from tests.support.waiting import wait_until

Injection = Callable[[FaultedShop, LoadProcess], None]
_AT_ONCE_SECONDS = 0.5
_OF_THE_LOAD = "SELECT pid FROM pg_stat_activity WHERE usename = 'techmarket_etl'"


def signalled(number: signal.Signals) -> Injection:
    return lambda _shop, load: load.signal(number)


def postgres_stopped(shop: FaultedShop, _load: LoadProcess) -> None:
    """``pg_ctl stop -m immediate``, then start."""
    _restart(shop.postgres, shop.warehouse.url, signal.SIGQUIT)


def mariadb_killed(shop: FaultedShop, _load: LoadProcess) -> None:
    """``kill -9``, then start."""
    _restart(shop.mariadb, shop.shop.url, signal.SIGKILL)


def mariadb_restarted(shop: FaultedShop, _load: LoadProcess) -> None:
    """An orderly stop that tells the clients, then start."""
    _restart(shop.mariadb, shop.shop.url, signal.SIGTERM)


def _restart(server: PrivateServer, url: URL, number: signal.Signals) -> None:
    os.kill(server.process.pid or 0, number)
    wait_until(lambda: server.process.pid is None and is_free(url.port or 0))  # else it would come back on another port
    server.ensure()


def back_ends_terminated(shop: FaultedShop, _load: LoadProcess) -> None:
    """Every session of the load."""
    with shop.warehouse.connect() as connection:
        connection.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'techmarket_etl'")


def connections_killed(shop: FaultedShop, _load: LoadProcess) -> None:
    """Every session of the reader."""
    with shop.shop.connect() as connection:
        for session in connection.exec_driver_sql("SELECT id FROM information_schema.processlist WHERE user = 'reader'").scalars().all():
            connection.exec_driver_sql(f"KILL CONNECTION {session}")


def another_takes_over(shop: FaultedShop, load: LoadProcess) -> None:
    """Suspend the load, take its lock, run another load, resume the first."""
    load.signal(signal.SIGSTOP)
    try:
        turned_away = shop.start_load()
        assert turned_away.ended() == 7, turned_away.log.read_text()
        back_ends_terminated(shop, load)
        shop.assert_recovered()
    finally:
        load.signal(signal.SIGCONT)


def second_load(shop: FaultedShop, _load: LoadProcess) -> None:
    second = shop.start_load()
    assert second.ended() == 7, second.log.read_text()


def on_source(spoil: Callable[[Proxy], None]) -> Injection:
    return lambda shop, _load: spoil(shop.source_proxy)


def on_warehouse(spoil: Callable[[Proxy], None]) -> Injection:
    return lambda shop, _load: spoil(shop.warehouse_proxy)


def slow(proxy: Proxy) -> None:
    """Half a second of delay each way."""
    proxy.delay_seconds = 0.25


def thin(proxy: Proxy) -> None:
    proxy.bytes_a_second = 50_000


def black_hole(proxy: Proxy) -> None:
    """Accept connections, never answer."""
    proxy.swallows = True


def stalled(proxy: Proxy) -> None:
    """Accept no data once the buffers are full."""
    proxy.stalls = True


def cut(proxy: Proxy) -> None:
    """Break the connections after 2,000 more bytes."""
    proxy.cut_after = 2_000


def back_ends_asleep(shop: FaultedShop, _load: LoadProcess) -> None:
    """SIGSTOP for every session of the load; the kernel still acknowledges data."""
    with shop.warehouse.connect() as connection:
        asleep = connection.exec_driver_sql(_OF_THE_LOAD).scalars().all()
    for pid in asleep:
        os.kill(pid, signal.SIGSTOP)
    shop.harm.callback(_wake, asleep)


def _wake(asleep: list[int]) -> None:
    """Resume sessions and wait until they notice that their clients are gone, which frees the lock."""
    for pid in asleep:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in asleep))


def mariadb_asleep(shop: FaultedShop, _load: LoadProcess) -> None:
    pid = shop.mariadb.process.pid or 0
    os.kill(pid, signal.SIGSTOP)
    shop.harm.callback(os.kill, pid, signal.SIGCONT)


def memory_limited(_shop: FaultedShop, load: LoadProcess) -> None:
    pages = int(Path(f"/proc/{load.pid}/statm").read_text().split()[0])
    limit = pages * resource.getpagesize()
    resource.prlimit(load.pid, resource.RLIMIT_AS, (limit, limit))


def in_warehouse(harm: str, *, undo: str) -> Injection:
    """Run a statement in the warehouse as administrator, and another after the load."""
    return lambda shop, _load: _run(shop, shop.warehouse, harm, undo)


def in_source(harm: str, *, undo: str) -> Injection:
    """Run a statement in the source as administrator, which may wait for the load, and another afterwards."""
    return lambda shop, _load: _run(shop, shop.shop, harm, undo)


def _run(shop: FaultedShop, where: sa.Engine, harm: str, undo: str) -> None:
    reader = make_url(shop.settings["TECHMARKET_OLTP_URL"])
    names = {"password": reader.password, "database": str(reader.database).replace("_", r"\_")}

    def run(statement: str) -> None:
        with where.begin() as connection:
            connection.exec_driver_sql(statement.format(**names))

    at_work = threading.Thread(target=run, args=(harm,))
    at_work.start()
    at_work.join(_AT_ONCE_SECONDS)

    def mend() -> None:
        at_work.join()
        run(undo)

    shop.harm.callback(mend)


def table_locked(seconds: float | None) -> Injection:
    """Lock a dimension for these seconds, or until the load ends."""

    def lock(shop: FaultedShop, _load: LoadProcess) -> None:
        connection = shop.warehouse.connect()
        connection.exec_driver_sql("LOCK TABLE dwh.dim_customer IN ACCESS EXCLUSIVE MODE")
        if seconds:
            letting_go = threading.Timer(seconds, connection.close)
            letting_go.start()
            shop.harm.callback(letting_go.join)
        else:
            shop.harm.callback(connection.close)

    return lock


def analyst_at_work(shop: FaultedShop, _load: LoadProcess) -> None:
    """Run a query on the marts during the whole load."""
    connection = shop.warehouse.connect()
    for mart in ("mart_sales_dynamics", "mart_employee_performance", "mart_product_ranking", "mart_average_check"):
        connection.exec_driver_sql(f"SELECT count(*) FROM dwh.{mart}")
    shop.harm.callback(connection.close)


def folder_full(setting: str) -> Injection:
    return lambda shop, _load: shop.harm.enter_context(full_disk(Path(shop.settings[setting])))


def table_full(table: str, before: Callable[[FaultedShop], None] = lambda _shop: None) -> Injection:
    def fill(shop: FaultedShop, _load: LoadProcess) -> None:
        before(shop)
        directory = shop.folder / "small-disk"
        owner = shop.postgres.data.stat()
        shop.harm.enter_context(small_disk(directory))
        os.chown(directory, owner.st_uid, owner.st_gid)
        _administer(shop, f"CREATE TABLESPACE small LOCATION '{directory}'", f"ALTER TABLE {table} SET TABLESPACE small")
        shop.harm.callback(_administer, shop, f"ALTER TABLE {table} SET TABLESPACE pg_default", "DROP TABLESPACE small")
        shop.harm.enter_context(filled_up(directory))

    return fill


def staging_emptied(shop: FaultedShop) -> None:
    """Empty staging, as a load's TRUNCATE would free space."""
    _administer(shop, "TRUNCATE stg.order_items")


def all_lines_changed(shop: FaultedShop) -> None:
    """Change more lines than the fact has room for."""
    _administer(shop, "VACUUM FULL dwh.fact_sales")
    with shop.shop.begin() as connection:
        connection.exec_driver_sql("UPDATE orders SET status = 'paid'")
        connection.exec_driver_sql("UPDATE order_items SET quantity = IF(quantity = 5, 6, 5)")


def _administer(shop: FaultedShop, *statements: str) -> None:
    with shop.warehouse.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
