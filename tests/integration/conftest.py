import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy import URL
from sqlalchemy.pool import NullPool

from infra.local.databases import fresh_database
from techmarket.db.engines import source_engine, warehouse_engine
from techmarket.model.catalog import CATALOG
from techmarket.seed import create_reader, create_schema
from techmarket.settings import Settings
from techmarket.setup.bootstrap import bootstrap_warehouse
from tests.support.warehouse.followed_warehouse import FollowedWarehouse, open_shop_of_two
from tests.support.warehouse.warehouse_copies import copied_warehouse


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """All files below the test's folder."""
    return Settings(_env_file=None, extract_dir=tmp_path / "extracts", data_docs_dir=tmp_path / "data-docs")


@pytest.fixture
def source_admin(oltp_database: URL) -> sa.Engine:
    """With empty tables, as administrator."""
    engine = sa.create_engine(oltp_database, poolclass=NullPool)
    create_schema(engine)
    return engine


@pytest.fixture
def source(source_admin: sa.Engine, settings: Settings) -> Iterator[sa.Engine]:
    """As the pipeline's reader."""
    user, password = f"reader_{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    create_reader(source_admin, password=SecretStr(password), user=user)
    yield source_engine(source_admin.url.set(username=user, password=password), settings)
    with source_admin.begin() as connection:
        connection.exec_driver_sql(f"DROP USER {user}@'%%'")


@pytest.fixture(scope="session")
def bootstrapped_database(dwh_server: URL) -> Iterator[str]:
    """Tests copy it. techmarket_etl belongs to the server: its password is always the superuser's."""
    with fresh_database(dwh_server) as url:
        admin, password = warehouse_engine(url, Settings(_env_file=None)), SecretStr(str(url.password))
        bootstrap_warehouse(admin, catalog=CATALOG, today=date(2026, 11, 22), etl_password=password)
        yield str(url.database)


@pytest.fixture
def dwh_database(dwh_server: URL, bootstrapped_database: str) -> Iterator[URL]:
    """Superuser, in a bootstrapped database that is dropped after the test."""
    with copied_warehouse(dwh_server, bootstrapped_database) as url:
        yield url


@pytest.fixture
def warehouse(dwh_database: URL, settings: Settings) -> sa.Engine:
    """As techmarket_etl."""
    return warehouse_engine(dwh_database.set(username="techmarket_etl"), settings)


@pytest.fixture
def shop(source_admin: sa.Engine) -> sa.Engine:
    """The shop with two of everything, as administrator."""
    open_shop_of_two(source_admin)
    return source_admin


@pytest.fixture
def followed(shop: sa.Engine, source: sa.Engine, warehouse: sa.Engine, settings: Settings) -> FollowedWarehouse:
    """Loaded once."""
    followed = FollowedWarehouse(shop, source, warehouse, settings)
    followed.load()
    return followed
