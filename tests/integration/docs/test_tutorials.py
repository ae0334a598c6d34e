import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from infra.local.databases import fresh_database
from tests.support.documents.following import Follower, Practice
from tests.support.repository import ROOT

TUTORIALS = ROOT / "docs" / "tutorials"


@pytest.fixture
def reader(mariadb_server: sa.URL, dwh_server: sa.URL, tmp_path: Path) -> Iterator[Follower]:
    """A reader with a checkout and two empty databases. techmarket_etl belongs to the server: its password is always the superuser's."""
    user = f"reader_{secrets.token_hex(4)}"
    with fresh_database(mariadb_server) as oltp, fresh_database(dwh_server) as dwh:
        practice = Practice(oltp.set(username=user, password=secrets.token_urlsafe(12)), oltp, dwh.set(username="techmarket_etl"), dwh)
        yield Follower(tmp_path / "checkout", practice)
        with sa.create_engine(mariadb_server, poolclass=NullPool).begin() as connection:
            connection.exec_driver_sql(f"DROP USER {user}@'%%'")


@pytest.mark.parametrize("page", sorted(TUTORIALS.glob("*.md")), ids=lambda page: page.stem)
def test_a_tutorial_leads_where_it_says(page: Path, reader: Follower) -> None:
    assert reader.follow(page) > 5
