"""Every setting that a server, a database or a user can turn the wrong way, turned the wrong way."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy import URL
from sqlalchemy.pool import NullPool

from infra.local.databases import fresh_database
from infra.local.postgres import Postgres, programs_of_the_wheel
from infra.local.servers import LOCAL
from techmarket.backfill.run import backfill
from techmarket.backfill.windows import BackfillRange
from techmarket.db.engines import Databases, warehouse_engine
from techmarket.db.flavour import Flavour
from techmarket.db.sessions import source_settings, warehouse_settings
from techmarket.errors import ConfigurationError
from techmarket.load.load import load
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import LoadRequest, Project
from techmarket.reconcile.repair import reconcile
from techmarket.seed import History, generate
from techmarket.settings import Settings
from techmarket.setup.bootstrap import bootstrap_warehouse
from tests.support.queries import rows, run, value
from tests.support.servers.worker_servers import SERVERS
from tests.support.warehouse.followed_warehouse import FEW_RULES, FollowedWarehouse
from tests.support.warehouse.warehouse_comparison import DIMENSIONS
from tests.support.warehouse.warehouse_copies import copied_warehouse
from tests.support.warehouse.warehouse_reading import MARTS, PAYMENTS, SALES, by_key, mart

PERIOD = BackfillRange(date(2026, 1, 1), date(2026, 11, 1), "180 days")

WRONG_IN_SOURCE = {
    "sql_select_limit": "20",
    "max_join_size": "10",
    "sql_mode": "'ANSI,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH,TRADITIONAL'",
    "time_zone": "'+05:30'",
    "group_concat_max_len": "1024",
    "div_precision_increment": "0",
    "sql_auto_is_null": "1",
    "completion_type": "'RELEASE'",
    "net_read_timeout": "1",
    "net_write_timeout": "1",
    "wait_timeout": "1",
    "init_connect": "'SET SESSION sql_select_limit = 7'",
    # What no statement of a load depends on:
    "big_tables": "1",
    "default_week_format": "3",
    "lc_messages": "'uk_UA'",
    "lc_time_names": "'uk_UA'",
    "max_error_count": "0",
    "max_sort_length": "64",
    "sql_safe_updates": "1",
}
WRONG_IN = {
    Flavour.MARIADB: {
        "tx_isolation": "'READ-UNCOMMITTED'",
        "tx_read_only": "1",
        "max_statement_time": "0.0001",
        "idle_transaction_timeout": "1",
        "idle_readonly_transaction_timeout": "1",
        "system_versioning_asof": "'2020-01-01 00:00:00'",
        "default_regex_flags": "'EXTENDED'",
        "max_recursive_iterations": "1",
        "old_mode": "'ZERO_DATE_TIME_CAST'",
    },
    Flavour.MYSQL: {
        "transaction_isolation": "'READ-UNCOMMITTED'",
        "transaction_read_only": "1",
        "max_execution_time": "1",
        "information_schema_stats_expiry": "86400",
        "cte_max_recursion_depth": "1",
    },
}

WRONG_IN_WAREHOUSE = {
    "timezone": "'Asia/Kolkata'",
    "client_encoding": "'LATIN1'",
    "datestyle": "'SQL, DMY'",
    "intervalstyle": "'iso_8601'",
    "extra_float_digits": "-15",
    "bytea_output": "'escape'",
    "standard_conforming_strings": "off",
    "array_nulls": "off",
    "transform_null_equals": "on",
    "quote_all_identifiers": "on",
    "search_path": "wrong, pg_catalog",
    "default_transaction_isolation": "'serializable'",
    "exit_on_error": "on",
    "statement_timeout": "'1ms'",
    "lock_timeout": "'1ms'",
    "idle_in_transaction_session_timeout": "'1ms'",
    "idle_session_timeout": "'1ms'",
    "jit": "on",
    # What no statement of a load depends on:
    "constraint_exclusion": "on",
    "default_transaction_deferrable": "on",
    "xmlbinary": "'hex'",
}
_TRANSACTION_TIMEOUT_SINCE = 17
SHADOW = (
    "CREATE SCHEMA wrong",
    "GRANT USAGE ON SCHEMA wrong TO PUBLIC",
    "CREATE FUNCTION wrong.round(NUMERIC, INTEGER) RETURNS NUMERIC LANGUAGE sql AS 'SELECT 0.0'",
    "CREATE FUNCTION wrong.now() RETURNS TIMESTAMPTZ LANGUAGE sql AS 'SELECT TIMESTAMPTZ ''2001-01-01 00:00+00'''",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The tables of the warehouse, and what each command said."""

    tables: Mapping[str, Any]
    loads: list[list[tuple[str, int, int]]]
    compared: list[tuple[str, int, int]]
    verdict: str
    windows: list[dict[str, Any]]
    proof: str


def outcome(databases: Databases, settings: Settings) -> Outcome:
    """A full and an incremental load, a comparison, and a replay of closed months."""
    project = Project(CATALOG, FEW_RULES, settings)
    loads = [load(databases, project, LoadRequest(mode)) for mode in (Mode.FULL, Mode.INCREMENTAL)]
    report = reconcile(databases, project).outcome
    replayed = backfill(databases, project, PERIOD)
    replayed.require_complete()
    plain = databases.warehouse
    return Outcome(
        tables={name: by_key(plain, query) for name, query in (DIMENSIONS | {"sales": SALES, "payments": PAYMENTS}).items()}
        | {name: mart(plain, name) for name in MARTS},
        loads=[[(count.table, count.extracted, count.rejected) for count in done.certificate.tables] for done in loads],
        compared=[(table.tally.target, table.tally.source_rows, table.tally.warehouse_rows) for table in report.tables],
        verdict=report.verdict(),
        windows=[{name: cell for name, cell in row.items() if name != "batch"} for row in replayed.rows()],
        proof=replayed.proof()[-1],
    )


def assert_sound(found: Outcome) -> None:
    assert found.verdict == "The warehouse equals the source."
    assert found.proof == "The hash is the same: the replay changed nothing."
    assert min(row["orders read"] for row in found.windows) > int(WRONG_IN_SOURCE["sql_select_limit"])


@pytest.fixture
def seeded(source_admin: sa.Engine, source: sa.Engine) -> sa.Engine:
    generate(source_admin, History(orders=600, seed=18))
    return source


@pytest.fixture
def second_warehouse(dwh_server: URL, bootstrapped_database: str, settings: Settings) -> Iterator[sa.Engine]:
    with copied_warehouse(dwh_server, bootstrapped_database) as url:
        yield warehouse_engine(url.set(username="techmarket_etl"), settings)


@contextmanager
def turned_globally(server: URL, wrong: Mapping[str, str]) -> Iterator[None]:
    """Global variables of a server that no other test uses meanwhile."""
    engine = sa.create_engine(server, poolclass=NullPool)
    with engine.connect() as connection:
        run_ = connection.exec_driver_sql
        was = {name: run_(f"SELECT @@GLOBAL.{name}").scalar_one() for name in wrong}
        try:
            for name, worse in wrong.items():
                run_(f"SET GLOBAL {name} = {worse}")
            yield
        finally:
            for name, before in was.items():
                run_(f"SET GLOBAL {name} = DEFAULT" if before == "DEFAULT" else f"SET GLOBAL {name} = {before!r}")


def test_globals_of_the_order_system_change_no_load_comparison_or_replay(
    oltp_server: URL, seeded: sa.Engine, warehouse: sa.Engine, second_warehouse: sa.Engine, settings: Settings
) -> None:
    wrong = WRONG_IN_SOURCE | WRONG_IN[Flavour.of(value(oltp_server, "SELECT version()"))]
    plain = outcome(Databases(seeded, warehouse), settings)
    assert_sound(plain)
    with turned_globally(oltp_server, wrong):
        bent = outcome(Databases(seeded, second_warehouse), settings)
    assert bent == plain


def test_every_setting_of_a_session_is_turned_by_these_tests(settings: Settings) -> None:
    in_source = {setting.name for setting in source_settings(settings)} - {"sql_big_selects"}  # max_join_size turns it off
    assert in_source <= WRONG_IN_SOURCE.keys() | WRONG_IN[Flavour.MARIADB].keys() | WRONG_IN[Flavour.MYSQL].keys()
    in_warehouse = {setting.name for setting in warehouse_settings(settings)} - {"row_security"}  # below
    assert in_warehouse <= WRONG_IN_WAREHOUSE.keys()


@pytest.fixture(params=["postgres", "postgres of the wheel"])
def warehouse_server(request: pytest.FixtureRequest, dwh_server: URL) -> Iterator[URL]:
    if request.param == "postgres":
        yield dwh_server
        return
    with Postgres(LOCAL / SERVERS / "postgres-of-the-wheel", durable=False, programs=programs_of_the_wheel()).shared() as superuser:
        yield superuser


@contextmanager
def bootstrapped(server: URL, settings: Settings) -> Iterator[tuple[URL, sa.Engine]]:
    """The superuser's address, and the warehouse as techmarket_etl."""
    with fresh_database(server) as url:
        password = SecretStr(str(url.password))
        bootstrap_warehouse(warehouse_engine(url, settings), catalog=CATALOG, today=date(2026, 11, 22), etl_password=password)
        yield url, warehouse_engine(url.set(username="techmarket_etl"), settings)


def test_settings_of_the_database_change_no_load_comparison_or_replay(seeded: sa.Engine, warehouse_server: URL, settings: Settings) -> None:
    with bootstrapped(warehouse_server, settings) as (_, warehouse):
        plain = outcome(Databases(seeded, warehouse), settings)
    assert_sound(plain)
    with bootstrapped(warehouse_server, settings) as (url, warehouse):
        wrong = WRONG_IN_WAREHOUSE | ({"transaction_timeout": "'250ms'"} if _version(url) >= _TRANSACTION_TIMEOUT_SINCE else {})
        admin = sa.create_engine(url, poolclass=NullPool)
        run(admin, *SHADOW, *(f"ALTER DATABASE {url.database} SET {name} = {worse}" for name, worse in wrong.items()))
        bent = outcome(Databases(seeded, warehouse), settings)
        assert rows(warehouse, "SELECT round(1.5, 1)") == [(1.5,)]
    assert bent == plain


def _version(url: URL) -> int:
    return int(value(url, "SHOW server_version_num")) // 10_000


def test_a_policy_that_would_hide_facts_is_an_error(followed: FollowedWarehouse) -> None:
    run(followed.warehouse, "ALTER TABLE dwh.fact_sales ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    with pytest.raises(ConfigurationError, match="row-level security"):
        followed.reconcile()
