import re
import secrets
from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from infra.local.databases import fresh_database
from techmarket.errors import ConfigurationError
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.settings import Settings
from techmarket.setup.bootstrap import bootstrap_warehouse
from tests.support.warehouse.staged_batch import StagedBatches, customer, employee, line, order, shop

TODAY = date(2026, 11, 22)
BI_PASSWORD = secrets.token_urlsafe(12)
"""One per session: the role belongs to the server."""


@pytest.fixture
def analyst(warehouse: sa.Engine, dwh_database: URL, settings: Settings) -> sa.Engine:
    """techmarket_bi, in a warehouse loaded after its rights were granted."""
    bootstrap_warehouse(
        sa.create_engine(dwh_database, poolclass=NullPool), catalog=CATALOG, today=TODAY, bi_password=SecretStr(BI_PASSWORD)
    )
    StagedBatches(warehouse, settings).load(shop())
    return sa.create_engine(dwh_database.set(username="techmarket_bi", password=BI_PASSWORD), poolclass=NullPool)


def relations(engine: sa.Engine, schema: str) -> list[str]:
    inspector = sa.inspect(engine)
    return [f"{schema}.{name}" for name in [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]]


def read_all(analyst: sa.Engine) -> dict[str, int]:
    """Row counts of every table and view of dwh, and of its function."""
    names = [*relations(analyst, "dwh"), "dwh.product_ranking('2026-11-01', '2026-11-30')"]
    with analyst.connect() as connection:
        return {name: connection.exec_driver_sql(f"SELECT count(*) FROM (SELECT * FROM {name}) AS t").scalar_one() for name in names}


def test_the_analyst_reads_all_of_dwh_after_each_load(analyst: sa.Engine, warehouse: sa.Engine, settings: Settings) -> None:
    batches = StagedBatches(warehouse, settings)
    batches.load(shop())
    after_full = read_all(analyst)
    assert len(after_full) == 31
    assert {name for name, rows in after_full.items() if not rows} == {
        "dwh.kept_line_costs",
        "dwh.backfills",
        "dwh.backfill_windows",
        "dwh.source_state",
    }
    batches.load(shop(orders=[order(3)], order_items=[line(31, 3)], payments=[]), mode=Mode.INCREMENTAL)
    after_incremental = read_all(analyst)
    assert after_incremental["dwh.fact_sales"] == after_full["dwh.fact_sales"] + 1
    batches.load(shop(), mode=Mode.FULL, allow_mass_delete=True)
    assert read_all(analyst).keys() == after_full.keys()


def test_the_analyst_reads_a_table_that_a_later_version_adds(analyst: sa.Engine, warehouse: sa.Engine) -> None:
    with warehouse.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE dwh.later (later_key integer)")
    with analyst.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM dwh.later")


FORBIDDEN = [
    "SELECT * FROM stg.orders",
    "SELECT * FROM stg.accepted_orders",
    "SELECT * FROM stg.rejected_rows",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "DELETE FROM dwh.fact_sales",
    "INSERT INTO dwh.load_watermarks (table_name) VALUES ('x')",
    "UPDATE dwh.dim_product SET name = ''",
    "TRUNCATE dwh.fact_sales",
    "MERGE INTO dwh.dim_region AS d USING dwh.dim_region AS s ON d.region_key = s.region_key WHEN MATCHED THEN UPDATE SET name = ''",
    "LOCK TABLE dwh.fact_sales IN ACCESS EXCLUSIVE MODE",
    "CREATE TABLE dwh.mine (a integer)",
    "CREATE TABLE public.mine (a integer)",
    "CREATE TEMPORARY TABLE mine (a integer)",
    "CREATE VIEW dwh.mine AS SELECT 1 AS a",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION dwh.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION pg_temp.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION pg_trgm",
    "CREATE ROLE mine",
    "ALTER TABLE dwh.fact_sales ADD COLUMN a integer",
    "ALTER VIEW dwh.mart_payments RENAME TO mine",
    "ALTER ROLE techmarket_bi CONNECTION LIMIT 1000",
    "ALTER ROLE techmarket_bi CREATEDB",
    "DROP VIEW dwh.mart_payments",
    "SET ROLE techmarket_etl",
    "SET SESSION AUTHORIZATION techmarket_etl",
    "COPY dwh.dim_region TO PROGRAM 'cat'",
    "COPY dwh.dim_region TO '/tmp/techmarket'",
    "COPY dwh.dim_region FROM '/tmp/techmarket'",
    "COPY dwh.dim_region (name) FROM STDIN",
    "SELECT lo_import('/etc/hostname')",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_try_advisory_lock_shared(1)",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres' AND datname = current_database()",
]


def test_the_analyst_can_do_nothing_else(analyst: sa.Engine, dwh_database: URL) -> None:
    """Without its read-only setting, which the role could switch off."""
    refused = r"permission denied|must be (owner|a? ?superuser|a member)|must have|not allowed|cannot set parameter|Only roles"
    with sa.create_engine(dwh_database, poolclass=NullPool).connect(), analyst.connect() as connection:
        connection.exec_driver_sql("SET default_transaction_read_only = off")
        connection.commit()
        for statement in FORBIDDEN:
            with pytest.raises(DBAPIError) as caught:
                connection.exec_driver_sql(statement)
            assert re.search(refused, str(caught.value.orig)), f"{statement}: {caught.value.orig}"
            connection.rollback()


def test_the_analyst_cannot_set_the_server(analyst: sa.Engine) -> None:
    with analyst.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET default_transaction_read_only = off")
        with pytest.raises(DBAPIError, match="permission denied to set parameter"):
            connection.exec_driver_sql("ALTER SYSTEM SET work_mem = '1GB'")


def test_no_statement_was_refused_only_because_it_is_wrong(dwh_database: URL) -> None:
    """A superuser can run the same statements, with a few exceptions."""
    needs_more = {"CREATE EXTENSION pg_trgm", "COPY dwh.dim_region FROM '/tmp/techmarket'", "COPY dwh.dim_region (name) FROM STDIN"}
    harmful = re.compile("PROGRAM|/tmp|pg_terminate|lo_import")
    with sa.create_engine(dwh_database, poolclass=NullPool).connect() as connection:
        for statement in FORBIDDEN:
            if statement not in needs_more and not harmful.search(statement):
                connection.exec_driver_sql(statement)
                connection.rollback()


def test_the_analysts_session_is_read_only_and_bounded(analyst: sa.Engine) -> None:
    settings = ("default_transaction_read_only", "statement_timeout", "idle_in_transaction_session_timeout", "work_mem")
    with analyst.connect() as connection:
        assert [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in settings] == ["on", "10min", "10min", "32MB"]


def test_a_long_query_of_the_analyst_is_ended(analyst: sa.Engine, dwh_database: URL) -> None:
    with sa.create_engine(dwh_database, poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql(f"ALTER ROLE techmarket_bi IN DATABASE {dwh_database.database} SET statement_timeout = '50ms'")
    with analyst.connect() as connection, pytest.raises(DBAPIError, match="statement timeout"):
        connection.exec_driver_sql("SELECT pg_sleep(30)")


def test_limits_that_the_analyst_took_off_are_back_after_a_bootstrap(analyst: sa.Engine, dwh_database: URL) -> None:
    """Every role may change its own settings. Bootstrap restores removed ones and keeps changed ones."""
    with analyst.connect() as connection:
        connection.exec_driver_sql("SET default_transaction_read_only = off")
        connection.commit()
        for setting in ("statement_timeout = 0", "default_transaction_read_only = FALSE", "work_mem = '8MB'"):
            connection.exec_driver_sql(f"ALTER ROLE techmarket_bi IN DATABASE {dwh_database.database} SET {setting}")
        connection.commit()
    bootstrap_warehouse(sa.create_engine(dwh_database, poolclass=NullPool), catalog=CATALOG, today=TODAY)
    with analyst.connect() as connection:
        found = [
            connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("default_transaction_read_only", "statement_timeout", "work_mem")
        ]
    assert found == ["on", "10min", "8MB"]


def test_no_value_of_dwh_is_an_email_or_a_telephone(analyst: sa.Engine, warehouse: sa.Engine, settings: Settings) -> None:
    staged = shop(
        customers=[customer(1, email="olena.k@example.com", phone="+380501234567")], employees=[employee(1, email="iryna@example.com")]
    )
    StagedBatches(warehouse, settings).load(staged)
    personal = re.compile(r"@example\.com|380501234567")
    with analyst.connect() as connection:
        found = [
            name
            for name in relations(analyst, "dwh")
            if personal.search(str(connection.exec_driver_sql(f"SELECT string_agg(t::text, ' ') FROM {name} AS t").scalar_one()))
        ]
    assert found == []


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
    """Superuser; dropped after the test."""
    with fresh_database(dwh_server) as url:
        yield url


@pytest.fixture
def owner(empty_database: URL) -> Iterator[sa.Engine]:
    """With CREATEROLE, but not superuser."""
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
