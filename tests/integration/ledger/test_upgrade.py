import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy import URL
from sqlalchemy.pool import NullPool

from infra.local.databases import fresh_database
from techmarket import __version__
from techmarket.db import sql
from techmarket.db.engines import warehouse_engine
from techmarket.errors import ConfigurationError, IntegrityError
from techmarket.ledger import migrations
from techmarket.ledger.batches import open_batch
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import Project
from techmarket.settings import Settings
from techmarket.setup.bootstrap import bootstrap_warehouse
from techmarket.setup.doctor.warehouse_checks import warehouse_checks
from tests.support.queries import column, rows, run
from tests.support.repository import ROOT
from tests.support.warehouse.staged_batch import StagedBatches, shop
from tests.support.warehouse.warehouse_catalogue import catalogue

RELEASED = sorted((ROOT / "tests" / "integration" / "released").glob("*.sql"))
TODAY = date(2026, 11, 22)
DURABLE = """
SELECT n.nspname || '.' || c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_class AS c
JOIN pg_namespace AS n ON c.relnamespace = n.oid JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname IN ('dwh', 'stg') AND c.relkind = 'r' AND c.relpersistence = 'p' AND c.relname <> 'dim_date' GROUP BY 1
"""
BEFORE_MIGRATIONS_WERE_COUNTED = """
DROP TABLE dwh.schema_migrations;
ALTER TABLE dwh.load_batches DROP COLUMN gate, DROP COLUMN severity_overrides, DROP COLUMN new_source,
    DROP CONSTRAINT load_batches_mode_check;
ALTER TABLE dwh.load_batches ADD CONSTRAINT load_batches_mode_check CHECK (mode IN ('full', 'incremental'));
CREATE INDEX fact_sales_date_key ON dwh.fact_sales (date_key);
"""


@pytest.fixture
def admin(dwh_server: URL) -> Iterator[sa.Engine]:
    with fresh_database(dwh_server) as url:
        yield sa.create_engine(url, poolclass=NullPool)


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    texts: dict[str, str] = {}
    read = sql.read_sql

    def read_sql(relative: str) -> str:
        return texts.get(relative.removeprefix("postgres/migrations/").removesuffix(".sql")) or read(relative)

    monkeypatch.setattr(sql, "read_sql", read_sql)
    return texts


def bootstrap(admin: sa.Engine) -> tuple[str, ...]:
    password = SecretStr(str(admin.url.password))
    return bootstrap_warehouse(admin, catalog=CATALOG, today=TODAY, etl_password=password).migrations_applied


def contents(admin: sa.Engine, tables: Mapping[str, str]) -> dict[str, set[str]]:
    """Every row of the tables' columns, as text."""
    return {table: set(map(str, column(admin, f"SELECT ROW({columns})::text FROM {table}"))) for table, columns in tables.items()}


@pytest.mark.parametrize("released", RELEASED, ids=lambda file: file.stem)
def test_every_released_warehouse_becomes_what_a_new_one_is_and_keeps_its_rows(
    released: Path, admin: sa.Engine, warehouse: sa.Engine, settings: Settings
) -> None:
    run(admin, released.read_text(encoding="utf-8"))
    durable = dict(rows(admin, DURABLE))
    before = contents(admin, durable)
    empty = {table for table, found in before.items() if not found}
    assert empty <= {"dwh.kept_line_costs", "dwh.backfills", "dwh.backfill_windows"}
    bootstrap(admin)
    assert catalogue(admin) ^ catalogue(warehouse) == set()
    after = contents(admin, durable)
    assert {table: found - after[table] for table, found in before.items() if found - after[table]} == {}
    batches = StagedBatches(warehouse_engine(admin.url.set(username="techmarket_etl"), settings), settings)
    batches.load(shop(), allow_mass_delete=True, snapshot_at=datetime.now(UTC))
    assert column(admin, "SELECT status FROM dwh.load_batches ORDER BY batch_id")[-1] == "released"


def test_a_warehouse_from_before_migrations_were_counted_gets_all_of_them(admin: sa.Engine, warehouse: sa.Engine) -> None:
    bootstrap(admin)
    run(admin, BEFORE_MIGRATIONS_WERE_COUNTED)
    assert bootstrap(admin) == migrations.MIGRATIONS
    assert catalogue(admin) ^ catalogue(warehouse) == set()
    assert bootstrap(admin) == ()


def test_a_new_warehouse_has_every_migration_from_the_start(warehouse: sa.Engine) -> None:
    with warehouse.connect() as connection:
        found = connection.exec_driver_sql("SELECT name, version FROM dwh.schema_migrations ORDER BY name").all()
    assert [tuple(row) for row in found] == [(name, __version__) for name in migrations.MIGRATIONS]


def test_pending_migrations_are_applied_once_in_their_order_before_views_are_made_anew(
    admin: sa.Engine, added: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap(admin)
    added |= {
        "0902_fill": "UPDATE dwh.dim_region SET note = 'of ' || name || ' 100%';",
        "0901_add": "DROP VIEW dwh.mart_payments; ALTER TABLE dwh.dim_region ADD COLUMN note text;",
    }
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, "0901_add", "0902_fill"))
    assert bootstrap(admin) == ("0901_add", "0902_fill")
    assert column(admin, "SELECT note FROM dwh.dim_region") == ["of (unknown) 100%"]
    assert column(admin, "SELECT has_table_privilege('techmarket_bi', 'dwh.mart_payments', 'SELECT')") == [True]
    assert bootstrap(admin) == ()


def test_a_migration_that_fails_leaves_the_warehouse_as_it_was_and_is_named(
    admin: sa.Engine, added: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap(admin)
    before = catalogue(admin)
    added |= dict.fromkeys(("0901_good", "0902_bad"), "ALTER TABLE dwh.dim_region ADD COLUMN note text;")
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, "0901_good", "0902_bad"))
    with pytest.raises(IntegrityError, match=r"^Migration 0902_bad of the warehouse: PostgreSQL refused \(42701\)"):
        bootstrap(admin)
    assert catalogue(admin) == before


def test_a_warehouse_of_another_version_is_not_loaded_and_the_doctor_says_what_to_do(
    warehouse: sa.Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = re.escape("older than this version (") + r".*it lacks 0901_next\. Next: run `techmarket bootstrap`\.$"
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, "0901_next"))
    with pytest.raises(ConfigurationError, match=older):
        open_batch(warehouse, Mode.FULL, requested_by="a test")
    with warehouse.connect() as connection, pytest.raises(ConfigurationError, match=older):
        warehouse_checks(connection, Project(CATALOG, (), settings))["schemas"]()
    assert column(warehouse, "SELECT count(*) FROM dwh.load_batches") == [0]


def test_a_warehouse_that_a_newer_version_has_changed_is_left_alone(admin: sa.Engine) -> None:
    bootstrap(admin)
    run(admin, "INSERT INTO dwh.schema_migrations (name, version) VALUES ('0999_later', '9.0.0')")
    with pytest.raises(ConfigurationError, match=r"A newer version has changed this warehouse: .* does not know 0999_later\."):
        bootstrap(admin)
    with pytest.raises(ConfigurationError, match="A newer version"):
        open_batch(admin, Mode.FULL, requested_by="a test")


@pytest.mark.parametrize("found", [("0002_b",), ("0001_a", "0003_c"), ("0001_a", "0001_b"), ("1_a",), ("0001-a",)])
def test_misnumbered_migrations_are_refused(found: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="0001_what_it_does"):
        migrations.numbered(found)
