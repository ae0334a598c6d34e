"""Real servers and fresh databases for every test that asks for them; a server that cannot be had is a failure, never a skip.

The servers are private ones below ``.local/test``, started once a session. TECHMARKET_TEST_MYSQL_URL adds a MySQL 8+ server,
on which all tests of the order system then run too; TECHMARKET_TEST_DWH_URL replaces the private PostgreSQL.
Both name a superuser: mysql+pymysql://root:...@127.0.0.1:3306/ and postgresql+psycopg2://postgres:...@127.0.0.1:5432/postgres.
Of the MySQL server, tests read the exports that it writes below its secure_file_priv, so that folder must be one of this machine's:
with Docker, -v /var/lib/mysql-files:/var/lib/mysql-files.
"""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import URL, make_url

from infra.local.databases import fresh_database
from infra.local.servers import private_servers

MYSQL_URL = os.environ.get("TECHMARKET_TEST_MYSQL_URL")
DWH_URL = os.environ.get("TECHMARKET_TEST_DWH_URL")


@pytest.fixture(scope="session", params=["mariadb", "mysql"] if MYSQL_URL else ["mariadb"])
def oltp_server(request: pytest.FixtureRequest) -> Iterator[URL]:
    """Superuser of the order system's server: MariaDB, then MySQL where one is named."""
    if MYSQL_URL and request.param == "mysql":
        yield make_url(MYSQL_URL)
        return
    mariadb, _ = private_servers("test")
    with mariadb.shared() as url:
        yield url


@pytest.fixture(scope="session")
def dwh_server() -> Iterator[URL]:
    """Superuser of the warehouse's server. Roles are global in it: tests share techmarket_etl and techmarket_bi."""
    if DWH_URL:
        yield make_url(DWH_URL)
        return
    _, postgres = private_servers("test")
    with postgres.shared() as url:
        yield url


@pytest.fixture
def oltp_database(oltp_server: URL) -> Iterator[URL]:
    """Superuser, in an empty database that is dropped after the test."""
    with fresh_database(oltp_server) as url:
        yield url
