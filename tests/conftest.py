"""Real servers and fresh databases for tests. A missing server is a failure, never a skip.

Private servers run below ``.local/test``, once per session and pytest worker. TECHMARKET_TEST_MYSQL_URL adds MySQL 8+ for all tests of
the order system: one server, which one worker uses, or as many as workers, with spaces between. TECHMARKET_TEST_DWH_URL replaces the
private PostgreSQL. Both name a superuser: mysql+pymysql://root:...@127.0.0.1:3306/ and
postgresql+psycopg2://postgres:...@127.0.0.1:5432/postgres. Tests read exports from MySQL's secure_file_priv, which must be on this machine;
with Docker, -v /var/lib/mysql-files:/var/lib/mysql-files.
"""

import os
import signal
from collections.abc import Iterator

import pytest
from sqlalchemy import URL, make_url
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from infra.local.databases import fresh_database
from infra.local.proxies import bypass_proxies
from infra.local.servers import private_servers
from techmarket.settings import load_settings
from tests.support.servers.worker_servers import SERVERS, WORKER_NUMBER

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts background jobs so, and the programs that tests interrupt would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

bypass_proxies()

MYSQL_URLS = os.environ.get("TECHMARKET_TEST_MYSQL_URL", "").split()
DWH_URL = os.environ.get("TECHMARKET_TEST_DWH_URL")


class SharedServersTogether(LoadScopeScheduling):
    """Gives all tests of a shared server, or of a Prefect server, to one worker: others' writers would show."""

    def _split_scope(self, nodeid: str) -> str:
        source = "MySQL" if "[mysql" in nodeid else "MariaDB"
        if DWH_URL or (source == "MySQL" and len(MYSQL_URLS) < self.numnodes):
            return "shared servers"
        return f"Prefect server, {source}" if nodeid.startswith("tests/e2e/") else nodeid


def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: many tests wait for a server."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharedServersTogether:
    return SharedServersTogether(config, log)


@pytest.fixture(autouse=True)
def _settings_are_read_anew() -> None:
    load_settings.cache_clear()


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[URL]:
    mariadb, _ = private_servers(SERVERS, durable=False)
    with mariadb.shared() as url:
        yield url


@pytest.fixture(scope="session", params=["mariadb", "mysql"] if MYSQL_URLS else ["mariadb"])
def oltp_server(request: pytest.FixtureRequest) -> URL:
    """Superuser of MariaDB, then of MySQL if one is named."""
    if request.param == "mysql":
        return make_url(MYSQL_URLS[WORKER_NUMBER % len(MYSQL_URLS)])
    mariadb: URL = request.getfixturevalue("mariadb_server")
    return mariadb


@pytest.fixture(scope="session")
def dwh_server() -> Iterator[URL]:
    """Superuser of the warehouse server. Roles are global: tests share techmarket_etl and techmarket_bi."""
    if DWH_URL:
        yield make_url(DWH_URL)
        return
    _, postgres = private_servers(SERVERS, durable=False)
    with postgres.shared() as url:
        yield url


@pytest.fixture
def oltp_database(oltp_server: URL) -> Iterator[URL]:
    """Superuser, in an empty database that is dropped after the test."""
    with fresh_database(oltp_server) as url:
        yield url
