"""The ways to do harm, all from outside: signals, the servers' own means, and the proxies."""

import os
import signal
import time
from collections.abc import Callable

from infra.local.server import PrivateServer
from tests.faults.load_process import LoadProcess
from tests.faults.proxy import Proxy
from tests.faults.shop import FaultedShop

Injection = Callable[[FaultedShop, LoadProcess], None]
_STOP_SECONDS = 30


def signalled(number: signal.Signals) -> Injection:
    """The load gets a signal."""
    return lambda _shop, load: load.signal(number)


def postgres_stopped(shop: FaultedShop, _load: LoadProcess) -> None:
    """``pg_ctl stop -m immediate``, then a start."""
    _restart(shop.postgres, signal.SIGQUIT)


def mariadb_killed(shop: FaultedShop, _load: LoadProcess) -> None:
    """``kill -9``, then a start."""
    _restart(shop.mariadb, signal.SIGKILL)


def _restart(server: PrivateServer, number: signal.Signals) -> None:
    os.kill(server.process.pid or 0, number)
    deadline = time.monotonic() + _STOP_SECONDS
    while server.process.pid is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    server.ensure()


def back_ends_terminated(shop: FaultedShop, _load: LoadProcess) -> None:
    """``pg_terminate_backend`` on every session of the load, the one with the lock included."""
    with shop.warehouse.connect() as connection:
        connection.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'techmarket_etl'")


def connections_killed(shop: FaultedShop, _load: LoadProcess) -> None:
    """``KILL CONNECTION`` on every session of the reading user."""
    with shop.shop.connect() as connection:
        for session in connection.exec_driver_sql("SELECT id FROM information_schema.processlist WHERE user = 'reader'").scalars().all():
            connection.exec_driver_sql(f"KILL CONNECTION {session}")


def another_takes_over(shop: FaultedShop, load: LoadProcess) -> None:
    """The load sleeps and loses its lock, another one loads, and the sleeper wakes."""
    load.signal(signal.SIGSTOP)
    try:
        turned_away = shop.start_load()
        assert turned_away.ended() == 7, turned_away.log.read_text()
        back_ends_terminated(shop, load)
        shop.assert_recovered()
    finally:
        load.signal(signal.SIGCONT)


def second_load(shop: FaultedShop, _load: LoadProcess) -> None:
    """Another load starts while this one runs, and is turned away."""
    second = shop.start_load()
    assert second.ended() == 7, second.log.read_text()


def on_source(spoil: Callable[[Proxy], None]) -> Injection:
    """The network between the load and the order system."""
    return lambda shop, _load: spoil(shop.source_proxy)


def on_warehouse(spoil: Callable[[Proxy], None]) -> Injection:
    """The network between the load and the warehouse."""
    return lambda shop, _load: spoil(shop.warehouse_proxy)


def slow(proxy: Proxy) -> None:
    """Half a second each way."""
    proxy.delay_seconds = 0.25


def thin(proxy: Proxy) -> None:
    """50 KB/s."""
    proxy.bytes_a_second = 50_000


def black_hole(proxy: Proxy) -> None:
    """Connections are taken, and nobody ever answers."""
    proxy.swallows = True


def cut(proxy: Proxy) -> None:
    """The connections break after 2,000 further bytes."""
    proxy.cut_after = 2_000
