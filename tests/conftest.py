"""Real servers and fresh databases for every test that asks for them; a server that cannot be had is a failure, never a skip.

The servers are private ones below ``.local/test``, started once a session; where several workers share the tests out, each has
servers of its own, and tests that must share one go to the same of them. TECHMARKET_TEST_MYSQL_URL adds a MySQL 8+ server, on which
all tests of the order system then run too; TECHMARKET_TEST_DWH_URL replaces the private PostgreSQL.
Both name a superuser: mysql+pymysql://root:...@127.0.0.1:3306/ and postgresql+psycopg2://postgres:...@127.0.0.1:5432/postgres.
Of the MySQL server, tests read the exports that it writes below its secure_file_priv, so that folder must be one of this machine's:
with Docker, -v /var/lib/mysql-files:/var/lib/mysql-files.
"""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import URL, make_url
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from infra.local.databases import fresh_database
from infra.local.servers import private_servers
from techmarket.settings import load_settings
from tests.support.servers.worker_servers import SERVERS

MYSQL_URL = os.environ.get("TECHMARKET_TEST_MYSQL_URL")
DWH_URL = os.environ.get("TECHMARKET_TEST_DWH_URL")


class SharedServersTogether(LoadScopeScheduling):
    """Lets one worker alone have the servers that are named, where another's writers show; and one have the tests of a Prefect server."""

    def _split_scope(self, nodeid: str) -> str:
        if DWH_URL or "[mysql" in nodeid:
            return "named servers"
        return "Prefect server" if nodeid.startswith("tests/e2e/") else nodeid


def pytest_xdist_auto_num_workers() -> int:
    """Workers of ``--numprocesses auto``: one more than cores, since many a test waits for a server to answer."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharedServersTogether:
    """How tests are shared out, where there are workers."""
    return SharedServersTogether(config, log)


@pytest.fixture(autouse=True)
def _settings_are_read_anew() -> None:
    """No test sees the settings that another one was given."""
    load_settings.cache_clear()


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[URL]:
    """Superuser of a private MariaDB."""
    mariadb, _ = private_servers(SERVERS, durable=False)
    with mariadb.shared() as url:
        yield url


@pytest.fixture(scope="session", params=["mariadb", "mysql"] if MYSQL_URL else ["mariadb"])
def oltp_server(request: pytest.FixtureRequest) -> URL:
    """Superuser of the order system's server: MariaDB, then MySQL where one is named."""
    if MYSQL_URL and request.param == "mysql":
        return make_url(MYSQL_URL)
    mariadb: URL = request.getfixturevalue("mariadb_server")
    return mariadb


@pytest.fixture(scope="session")
def dwh_server() -> Iterator[URL]:
    """Superuser of the warehouse's server. Roles are global in it: tests share techmarket_etl and techmarket_bi."""
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
