"""What the two roles of the warehouse may do, and how they get their passwords."""

import secrets
from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from staged_batch import StagedBatches, shop

from infra.local.databases import fresh_database
from techmarket.bootstrap import bootstrap_warehouse
from techmarket.catalog import CATALOG
from techmarket.errors import ConfigurationError
from techmarket.settings import Settings

TODAY = date(2026, 11, 22)
BI_PASSWORD = secrets.token_urlsafe(12)
"""One for the whole session: the role belongs to the server."""


@pytest.fixture
def analyst(warehouse: sa.Engine, dwh_database: URL, settings: Settings) -> sa.Engine:
    """techmarket_bi, in a warehouse that was loaded after the role got its rights."""
    bootstrap_warehouse(
        sa.create_engine(dwh_database, poolclass=NullPool), catalog=CATALOG, today=TODAY, bi_password=SecretStr(BI_PASSWORD)
    )
    StagedBatches(warehouse, settings).load(shop())
    return sa.create_engine(dwh_database.set(username="techmarket_bi", password=BI_PASSWORD), poolclass=NullPool)


def relations(engine: sa.Engine, schema: str) -> list[str]:
    inspector = sa.inspect(engine)
    return [f"{schema}.{name}" for name in [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]]


def test_the_analyst_reads_every_table_and_mart_of_dwh(analyst: sa.Engine) -> None:
    names = relations(analyst, "dwh")
    assert len(names) == 28
    with analyst.connect() as connection:
        for name in names:
            connection.exec_driver_sql(f"SELECT * FROM {name} LIMIT 1")


def test_the_analyst_reads_a_table_that_a_later_version_adds(analyst: sa.Engine, warehouse: sa.Engine) -> None:
    with warehouse.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE dwh.later (later_key integer)")
    with analyst.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM dwh.later")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM stg.orders",
        "SELECT * FROM stg.accepted_orders",
        "SELECT * FROM stg.rejected_rows",
        "DELETE FROM dwh.fact_sales",
        "INSERT INTO dwh.load_watermarks (table_name) VALUES ('x')",
        "UPDATE dwh.dim_product SET name = ''",
        "TRUNCATE dwh.fact_sales",
        "CREATE TABLE dwh.mine (a integer)",
        "CREATE TABLE public.mine (a integer)",
        "CREATE TEMPORARY TABLE mine (a integer)",
        "CREATE SCHEMA mine",
    ],
)
def test_the_analyst_can_do_nothing_else(analyst: sa.Engine, statement: str) -> None:
    with analyst.connect() as connection:
        connection.exec_driver_sql("SET default_transaction_read_only = off")
        connection.commit()
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.exec_driver_sql(statement)


def test_the_analysts_session_is_read_only_and_bounded(analyst: sa.Engine) -> None:
    settings = ("default_transaction_read_only", "statement_timeout", "idle_in_transaction_session_timeout")
    with analyst.connect() as connection:
        assert [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in settings] == ["on", "10min", "10min"]


def test_everything_belongs_to_the_etl_role_whoever_bootstrapped(warehouse: sa.Engine) -> None:
    owners = (
        "SELECT DISTINCT c.relowner::regrole::text FROM pg_class AS c JOIN pg_namespace AS n ON c.relnamespace = n.oid"
        " WHERE n.nspname IN ('dwh', 'stg')"
    )
    with warehouse.connect() as connection:
        assert connection.exec_driver_sql(owners).scalars().all() == ["techmarket_etl"]


def test_the_etl_role_can_bootstrap_again_by_itself(warehouse: sa.Engine, settings: Settings) -> None:
    batches = StagedBatches(warehouse, settings)
    batches.load(shop())
    summary = bootstrap_warehouse(warehouse, catalog=CATALOG, today=TODAY)
    assert (summary.days_added, summary.tables_added, summary.passwords_set) == (0, (), ())
    assert all(count.merged == 0 for count in batches.load(shop()).tables)


def test_the_etl_role_may_not_give_passwords_and_is_told_so(warehouse: sa.Engine) -> None:
    with pytest.raises(ConfigurationError, match="as an administrator"):
        bootstrap_warehouse(warehouse, catalog=CATALOG, today=TODAY, bi_password=SecretStr("secret"))


@pytest.fixture
def empty_database(dwh_server: URL) -> Iterator[URL]:
    """Superuser, in an empty database that is dropped after the test."""
    with fresh_database(dwh_server) as url:
        yield url


@pytest.fixture
def owner(empty_database: URL) -> Iterator[sa.Engine]:
    """The owner of an empty database, who may create roles but is no superuser."""
    name, password = f"owner_{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    admin = sa.create_engine(empty_database, poolclass=NullPool)
    with admin.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN CREATEROLE PASSWORD '{password}'")
        connection.exec_driver_sql(f"GRANT techmarket_etl, techmarket_bi TO {name} WITH ADMIN OPTION")
        connection.exec_driver_sql(f"ALTER DATABASE {empty_database.database} OWNER TO {name}")
    yield sa.create_engine(empty_database.set(username=name, password=password), poolclass=NullPool)
    with admin.begin() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {empty_database.database} OWNER TO CURRENT_USER")
        connection.exec_driver_sql(f"DROP OWNED BY {name} CASCADE")
        connection.exec_driver_sql(f"DROP ROLE {name}")


def test_the_databases_owner_can_bootstrap_without_being_superuser(owner: sa.Engine) -> None:
    assert bootstrap_warehouse(owner, catalog=CATALOG, today=TODAY).tables_added == tuple(CATALOG)
    with owner.connect() as connection:
        assert (
            connection.exec_driver_sql("SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'dwh'").scalar_one()
            == "techmarket_etl"
        )


def test_passwords_reach_the_server_as_verifiers_only(analyst: sa.Engine, dwh_database: URL) -> None:
    admin = sa.create_engine(dwh_database, poolclass=NullPool)
    with admin.connect() as connection:
        stored = connection.exec_driver_sql("SELECT rolpassword FROM pg_authid WHERE rolname = 'techmarket_bi'").scalar_one()
    assert stored.startswith("SCRAM-SHA-256$")
    with analyst.connect():
        pass
