import resource
import secrets
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from techmarket.cli.exit_codes import EXIT_CODES
from techmarket.errors import ConcurrentRunError, ConfigurationError, SchemaDriftError, TechMarketError, TransientError
from techmarket.ledger.batches import load_lock
from tests.support.command_line import PROGRAM, environment
from tests.support.queries import run
from tests.support.shop.small_shop import open_shop, place_order


@dataclass(frozen=True)
class Outcome:
    exit_code: int
    out: str
    error: str

    def assert_is(self, kind: type[TechMarketError], *said: str) -> None:
        assert self.exit_code == EXIT_CODES[kind], self.error
        assert self.error.startswith("Error: ")
        assert self.error.count("Error: ") == self.error.count(" Next: ") == 1
        assert "Traceback" not in self.error
        assert self.out == ""
        for words in said:
            assert words in self.error


Load = Callable[..., Outcome]
Limit = Callable[[], None]
"""Runs in the new process before the command."""


@pytest.fixture
def load(source_admin: sa.Engine, source: sa.Engine, warehouse: sa.Engine, tmp_path: Path) -> Load:
    """``techmarket load`` as a process, on a small shop. None drops a setting."""
    open_shop(source_admin)
    right = {"OLTP_URL": source.url, "DWH_URL": warehouse.url, "EXTRACT_DIR": tmp_path / "extracts", "DATA_DOCS_DIR": tmp_path / "docs"}

    def load(*, limit: Limit | None = None, **wrong: object) -> Outcome:
        given = right | wrong
        ended = subprocess.run(
            [*PROGRAM, "load"],
            check=False, cwd=tmp_path, env=environment(**given), capture_output=True, text=True, timeout=120, preexec_fn=limit,
        )  # fmt: skip
        for url in (value for value in given.values() if isinstance(value, URL)):
            # The folder's name holds the test's, and with it what a test server's password may be.
            assert str(url.password) not in (ended.stdout + ended.stderr).replace(str(tmp_path), "")
        return Outcome(ended.returncode, ended.stdout, " ".join(ended.stderr.split()))

    return load


@pytest.fixture(autouse=True)
def _nothing_is_half_loaded(warehouse: sa.Engine, load: Load) -> Iterator[None]:  # noqa: ARG001 - looks after the load
    yield
    with warehouse.connect() as connection:
        released = (
            "SELECT (SELECT count(*) FROM dwh.fact_sales) + (SELECT count(*) FROM dwh.fact_payments)"
            " + (SELECT count(*) FROM dwh.dim_region WHERE region_key <> 0) + (SELECT count(watermark) FROM dwh.load_watermarks)"
            " + (SELECT count(*) FROM dwh.load_batches WHERE status IN ('running', 'released'))"
        )
        assert connection.exec_driver_sql(released).scalar_one() == 0


def test_a_wrong_password_of_the_order_system_names_its_setting(load: Load, source: sa.Engine) -> None:
    wrong = source.url.set(password=secrets.token_hex(8))
    load(OLTP_URL=wrong).assert_is(ConfigurationError, "Access denied", "Next: check the user and the password in TECHMARKET_OLTP_URL")


def test_a_wrong_password_of_the_warehouse_names_its_setting(load: Load, warehouse: sa.Engine) -> None:
    wrong = warehouse.url.set(password=secrets.token_hex(8))
    load(DWH_URL=wrong).assert_is(
        ConfigurationError, "authentication failed", "Next: check the user and the password in TECHMARKET_DWH_URL"
    )


@pytest.mark.parametrize("name", ["OLTP_URL", "DWH_URL"])
def test_a_host_that_is_none_names_its_setting(load: Load, source: sa.Engine, warehouse: sa.Engine, name: str) -> None:
    wrong = {"OLTP_URL": source.url, "DWH_URL": warehouse.url}[name].set(host="no-such-host.invalid")
    load(**{name: wrong}).assert_is(ConfigurationError, "no-such-host.invalid", f"Next: check the host in TECHMARKET_{name}")


@pytest.mark.parametrize("name", ["OLTP_URL", "DWH_URL"])
def test_a_database_that_is_not_there_names_its_setting(load: Load, source: sa.Engine, warehouse: sa.Engine, name: str) -> None:
    wrong = {"OLTP_URL": source.url, "DWH_URL": warehouse.url}[name].set(database="no_such_database")
    load(**{name: wrong}).assert_is(
        ConfigurationError, "no_such_database", f"Next: check the database name at the end of TECHMARKET_{name}"
    )


@pytest.mark.parametrize("name", ["OLTP_URL", "DWH_URL"])
def test_a_server_that_does_not_run_is_worth_another_try(load: Load, source: sa.Engine, warehouse: sa.Engine, name: str) -> None:
    wrong = {"OLTP_URL": source.url, "DWH_URL": warehouse.url}[name].set(host="127.0.0.1", port=1)
    load(**{name: wrong}).assert_is(TransientError, "refused", "Next: check that the server is up and can be reached")


@pytest.mark.parametrize("name", ["OLTP_URL", "DWH_URL"])
def test_an_address_that_is_missing_or_none_is_refused_and_not_shown(load: Load, name: str) -> None:
    secret = secrets.token_hex(8)
    for address in (None, "", f"root:{secret}@host", f"sqlite:///{secret}", f"mysql+nothing://root:{secret}@h:1/d"):
        outcome = load(**{name: address})
        outcome.assert_is(ConfigurationError, f"Error: TECHMARKET_{name} ", ".env.example")
        assert secret not in outcome.error


def test_a_table_that_the_reader_may_not_read_is_named_with_the_script_of_grants(
    load: Load, source_admin: sa.Engine, source: sa.Engine
) -> None:
    database, user = str(source_admin.url.database), source.url.username
    pattern = database.replace("_", "\\_")
    tables = ("regions", "customers", "employees", "categories", "products", "orders", "order_items")
    run(
        source_admin,
        f"REVOKE SELECT ON `{pattern}`.* FROM '{user}'@'%'",
        *(f"GRANT SELECT ON `{database}`.{table} TO '{user}'@'%'" for table in tables),
    )
    load().assert_is(ConfigurationError, "payments", "Next: grant SELECT on the table (sql/mysql/03_roles.sql)")


def test_a_warehouse_that_was_never_bootstrapped_says_so(load: Load, dwh_server: URL) -> None:
    load(DWH_URL=dwh_server).assert_is(ConfigurationError, "dwh.load_batches", "Next: run `techmarket bootstrap`")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DROP TABLE payments", "table payments is missing"),
        ("ALTER TABLE products DROP COLUMN list_price", "products.list_price is missing (expected decimal(12,2))"),
        ("ALTER TABLE products CHANGE list_price price DECIMAL(12, 2) NOT NULL", "products.list_price is missing"),
        ("ALTER TABLE products MODIFY list_price DECIMAL(10, 2) NOT NULL", "products.list_price is decimal(10,2), expected decimal(12,2)"),
        ("ALTER TABLE products MODIFY name VARCHAR(20) NOT NULL", "products.name is varchar(20), expected varchar(200)"),
        ("ALTER TABLE order_items MODIFY quantity SMALLINT NOT NULL", "order_items.quantity is smallint"),
        ("ALTER TABLE products MODIFY list_price DECIMAL(12, 2)", "products.list_price may be NULL now, expected NOT NULL"),
    ],
    ids=["table dropped", "column dropped", "column renamed", "money narrowed", "text narrowed", "integer narrowed", "NULL allowed"],
)
def test_a_source_schema_that_no_longer_fits_is_told_column_by_column(load: Load, source_admin: sa.Engine, change: str, said: str) -> None:
    run(source_admin, change)
    load().assert_is(SchemaDriftError, said, "Next: restore the source's schema, or change the catalogue")


def test_a_second_load_at_the_same_time_is_told_who_is_at_work(load: Load, warehouse: sa.Engine) -> None:
    with load_lock(warehouse, holder="another.example pid 42"):
        load().assert_is(ConcurrentRunError, "another.example pid 42", "Next: wait for it to end")


def test_a_full_disk_is_named_by_its_directory_and_left_as_it_was(
    load: Load, source_admin: sa.Engine, small_disk: tuple[Path, Limit | None]
) -> None:
    directory, limit = small_disk
    with source_admin.begin() as connection:
        for order_id in range(4, 1000):
            place_order(connection, order_id)
    outcome = load(EXTRACT_DIR=directory, limit=limit)
    outcome.assert_is(ConfigurationError, str(directory), "Next: free space there, or set TECHMARKET_EXTRACT_DIR to a directory elsewhere")
    assert list(directory.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[tuple[Path, Limit | None]]:
    """A small file system if mounting is allowed, else a limit on file size."""
    directory = tmp_path / "small"
    directory.mkdir()
    mounted = (
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", directory], capture_output=True, check=False).returncode == 0
    )
    yield directory, None if mounted else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2**16, 2**16))
    if mounted:
        subprocess.run(["umount", directory], check=True)


def test_an_extract_directory_that_cannot_be_written_is_named(load: Load, tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.touch()
    load(EXTRACT_DIR=file / "extracts").assert_is(ConfigurationError, str(file), "Next: ")
