"""Servers that fall silent during a statement: every wait ends, with an error that is retried.

The proxy keeps the connection without forwarding bytes, so that no keepalive notices.
"""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from techmarket.db.driver_errors import typed_errors
from techmarket.db.engines import source_engine, warehouse_engine
from techmarket.errors import TransientError
from techmarket.extract.sealed import Part
from techmarket.extract.snapshot import open_snapshot
from techmarket.settings import Settings
from techmarket.staging.part_content import part_content
from techmarket.staging.stage import _copy
from tests.support.servers.proxy import Proxy

SHORT = Settings(_env_file=None, statement_timeout=timedelta(seconds=1), connect_timeout=timedelta(seconds=1))
STATED_SECONDS = 2.0
Engines = tuple[Proxy, sa.Engine]


@contextmanager
def behind_proxy(url: URL, engine: Callable[[URL, Settings], sa.Engine]) -> Iterator[Engines]:
    with closing(Proxy(url.host or "", url.port or 0)) as proxy:
        yield proxy, engine(url.set(host="127.0.0.1", port=proxy.port), SHORT)


@pytest.fixture
def source(oltp_database: URL) -> Iterator[Engines]:
    with behind_proxy(oltp_database, source_engine) as both:
        yield both


@pytest.fixture
def warehouse(dwh_server: URL) -> Iterator[Engines]:
    with behind_proxy(dwh_server, warehouse_engine) as both:
        yield both


def assert_given_up(call: Callable[[], Any], *, said: str) -> None:
    began = time.monotonic()
    with pytest.raises(TransientError, match=rf"^Asking: .*{said}.* Next: check that the server is up"), typed_errors("Asking"):
        call()
    assert STATED_SECONDS - 0.5 < time.monotonic() - began < STATED_SECONDS + 3


def test_a_source_that_falls_silent_is_given_up(source: Engines) -> None:
    proxy, engine = source
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        proxy.swallows = True
        assert_given_up(lambda: connection.exec_driver_sql("SELECT 2"), said="timed out")


def test_a_warehouse_that_falls_silent_is_given_up(warehouse: Engines) -> None:
    proxy, engine = warehouse
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        proxy.swallows = True
        assert_given_up(lambda: connection.exec_driver_sql("SELECT 2"), said="no answer within 2 s")


def test_a_warehouse_that_falls_silent_among_many_statements_is_given_up(warehouse: Engines) -> None:
    proxy, engine = warehouse
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        proxy.swallows = True
        many = [{"number": 2}, {"number": 3}]
        assert_given_up(lambda: connection.execute(sa.text("SELECT :number"), many), said="no answer within 2 s")


def test_a_commit_without_an_answer_is_given_up(warehouse: Engines) -> None:
    proxy, engine = warehouse
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        proxy.swallows = True
        assert_given_up(connection.commit, said="no answer within 2 s")


def test_a_copy_whose_bytes_nobody_takes_is_given_up(warehouse: Engines) -> None:
    proxy, engine = warehouse
    zeros = Part("copied", "zero", rows=0, bytes=0, sha256="")
    with engine.connect() as connection, part_content(zeros, (), Path("/dev")) as endless:
        connection.exec_driver_sql("CREATE TEMPORARY TABLE copied (word text)")
        proxy.stalls = True
        assert_given_up(lambda: _copy(connection, "COPY copied FROM STDIN", endless), said="no answer within 2 s")
        proxy.stalls = False


def test_a_network_that_is_gone_is_noticed_within_a_minute(source: Engines, warehouse: Engines) -> None:
    options = ("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3), ("TCP_USER_TIMEOUT", 60_000)
    for _, engine in (source, warehouse):
        with engine.connect() as connection:
            driver: Any = connection.connection.dbapi_connection
            number = driver._sock.fileno() if hasattr(driver, "_sock") else driver.fileno()
            ours = socket.fromfd(number, socket.AF_INET, socket.SOCK_STREAM)
            with ours:
                assert ours.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
                found = tuple((name, ours.getsockopt(socket.IPPROTO_TCP, getattr(socket, name))) for name, _ in options)
        assert found == options


def test_a_snapshot_whose_reader_is_gone_keeps_alter_table_waiting_for_a_quarter_of_an_hour_at_most(oltp_database: URL) -> None:
    with open_snapshot(source_engine(oltp_database, SHORT), SHORT) as snapshot:
        assert snapshot.connection.exec_driver_sql("SELECT @@wait_timeout").scalar() == 15 * 60
