from dataclasses import dataclass
from datetime import date

import pytest
import sqlalchemy as sa
from pydbml import PyDBML
from sqlalchemy import URL
from sqlalchemy.pool import NullPool

from techmarket.errors import ConcurrentRunError
from techmarket.ledger.batches import load_lock, open_batch
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.model.star import STAR
from techmarket.model.star_schema import CALENDAR, DAY_KEY, Day, Member
from techmarket.setup.bootstrap import bootstrap_warehouse
from tests.support.repository import ROOT

DBML = ROOT / "docs" / "dwh_postgres.dbml"
TODAY = date(2026, 11, 22)
ALIASES = {"timestamp with time zone": "timestamptz", "timestamp without time zone": "timestamp"}

COLUMNS = """
SELECT t.relname AS table_name, obj_description(t.oid) AS table_note, a.attname AS name,
       format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS is_required, a.attidentity <> '' AS is_identity,
       col_description(t.oid, a.attnum) AS note,
       EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = t.oid AND i.indisprimary AND a.attnum = ANY(i.indkey)) AS is_key,
       EXISTS (SELECT FROM pg_index AS i
               WHERE i.indrelid = t.oid AND i.indisunique AND NOT i.indisprimary AND a.attnum = ANY(i.indkey)) AS is_unique
FROM pg_class AS t
JOIN pg_namespace AS n ON t.relnamespace = n.oid
JOIN pg_attribute AS a ON a.attrelid = t.oid
WHERE n.nspname = 'dwh' AND t.relkind IN ('r', 'v') AND (t.relkind = 'v') = :is_view AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY t.relname, a.attnum
"""
FOREIGN_KEYS = """
SELECT t.relname AS table_name, a.attname AS name, f.relname AS target, b.attname AS target_name
FROM pg_constraint AS c
JOIN pg_class AS t ON c.conrelid = t.oid
JOIN pg_class AS f ON c.confrelid = f.oid
JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
JOIN pg_attribute AS b ON b.attrelid = f.oid AND b.attnum = c.confkey[1]
JOIN pg_namespace AS n ON t.relnamespace = n.oid
WHERE n.nspname = 'dwh' AND c.contype = 'f'
"""


@dataclass(frozen=True, order=True)
class Column:
    table: str
    table_note: str
    name: str
    type: str
    note: str
    is_key: bool
    is_identity: bool
    is_unique: bool
    is_required: bool


@pytest.fixture
def live(warehouse: sa.Engine) -> list[sa.RowMapping]:
    with warehouse.connect() as connection:
        return list(connection.execute(sa.text(COLUMNS), {"is_view": False}).mappings())


def test_the_dbml_and_the_live_schema_have_the_same_columns_in_the_same_order(live: list[sa.RowMapping]) -> None:
    documented = [
        Column(t.name, t.note.text, c.name, str(c.type), c.note.text, c.pk, c.autoinc, c.unique, c.not_null or c.pk)
        for t in PyDBML(DBML).tables
        for c in t.columns
    ]
    existing = [
        Column(
            row["table_name"], row["table_note"], row["name"], ALIASES.get(row["type"], row["type"]), row["note"],
            row["is_key"], row["is_identity"], row["is_unique"], row["is_required"],
        )
        for row in live
    ]  # fmt: skip
    assert set(documented) - set(existing) == set()
    assert set(existing) - set(documented) == set()
    assert [(c.table, c.name) for c in sorted(documented, key=lambda c: c.table)] == [(c.table, c.name) for c in existing]


def test_the_dbml_and_the_live_schema_have_the_same_references(warehouse: sa.Engine) -> None:
    documented = {(r.col1[0].table.name, r.col1[0].name, r.col2[0].table.name, r.col2[0].name) for r in PyDBML(DBML).refs}
    with warehouse.connect() as connection:
        enforced = {tuple(row) for row in connection.execute(sa.text(FOREIGN_KEYS))}
    by_name = {
        (fact.name, column.name, CALENDAR if isinstance(column, Day) else column.dimension, column.name)
        for fact in STAR.facts
        for column in fact.columns
        if isinstance(column, Day | Member)
    }
    assert documented == enforced | by_name


def test_the_star_and_the_live_schema_have_the_same_tables_and_columns(live: list[sa.RowMapping]) -> None:
    declared = {(table.name, column) for table in STAR.tables for column in STAR.columns_of(table)}
    existing = {(row["table_name"], row["name"]) for row in live if row["table_name"].startswith(("dim_", "fact_", "agg_"))}
    assert declared == {(table, column) for table, column in existing if table != CALENDAR}


def test_every_table_view_and_column_of_dwh_says_what_it_means(warehouse: sa.Engine, live: list[sa.RowMapping]) -> None:
    with warehouse.connect() as connection:
        views = list(connection.execute(sa.text(COLUMNS), {"is_view": True}).mappings())
    assert {row["table_name"] for row in views} == {
        "mart_sales_dynamics", "mart_sales_by_region", "mart_sales_by_category", "mart_sales_by_month", "mart_employee_performance",
        "mart_product_ranking", "mart_product_ranking_monthly", "mart_average_check", "mart_payments",
    }  # fmt: skip
    assert [f"{row['table_name']}.{row['name']}" for row in [*live, *views] if not (row["note"] and row["table_note"])] == []


def test_no_personal_contact_data_reaches_dwh(live: list[sa.RowMapping]) -> None:
    assert [row["name"] for row in live if row["name"] in {"email", "phone"}] == []


def test_bootstrap_can_be_repeated_and_keeps_what_dwh_holds(warehouse: sa.Engine, dwh_database: URL) -> None:
    with warehouse.begin() as connection:
        connection.exec_driver_sql("INSERT INTO dwh.dim_region (region_id, name, batch_id) VALUES (7, 'Львівська', 1)")
        connection.exec_driver_sql("UPDATE dwh.load_watermarks SET watermark = now()")
    summary = bootstrap_warehouse(sa.create_engine(dwh_database, poolclass=NullPool), catalog=CATALOG, today=TODAY)
    assert (summary.days_added, summary.tables_added) == (0, ())
    with warehouse.connect() as connection:
        assert connection.exec_driver_sql("SELECT region_key, name FROM dwh.dim_region ORDER BY 1").all() == [
            (0, "(unknown)"),
            (1, "Львівська"),
        ]
        assert connection.exec_driver_sql("SELECT count(watermark) FROM dwh.load_watermarks").scalar_one() == len(CATALOG)


def test_bootstrap_teaches_an_older_ledger_the_new_modes(warehouse: sa.Engine, dwh_database: URL) -> None:
    with warehouse.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE dwh.load_batches DROP CONSTRAINT load_batches_mode_check")
        connection.exec_driver_sql("ALTER TABLE dwh.load_batches ADD CHECK (mode IN ('full', 'incremental'))")
        connection.exec_driver_sql("DROP TABLE dwh.schema_migrations")
    bootstrap_warehouse(sa.create_engine(dwh_database, poolclass=NullPool), catalog=CATALOG, today=TODAY)
    assert [open_batch(warehouse, mode, requested_by="test").mode for mode in Mode] == list(Mode)


def test_bootstrap_waits_for_no_load(warehouse: sa.Engine) -> None:
    with load_lock(warehouse, holder="a load"), pytest.raises(ConcurrentRunError, match="a load"):
        bootstrap_warehouse(warehouse, catalog=CATALOG, today=TODAY)


def test_every_dimension_has_its_unknown_member_under_key_0(warehouse: sa.Engine) -> None:
    with warehouse.connect() as connection:
        for name, key in ((CALENDAR, DAY_KEY), *((dimension.name, dimension.key) for dimension in STAR.dimensions)):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM dwh.{name} WHERE {key} = 0").scalar_one() == 1


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 2, 29), (20240229, 1, 4, 2024, 9, "2024-Q1", "2024-02", "лютий", "February", "четвер", "Thursday", False)),
        (date(2027, 1, 3), (20270103, 1, 7, 2026, 53, "2027-Q1", "2027-01", "січень", "January", "неділя", "Sunday", True)),
        (date(2015, 1, 1), (20150101, 1, 4, 2015, 1, "2015-Q1", "2015-01", "січень", "January", "четвер", "Thursday", False)),
        (date(2028, 12, 31), (20281231, 4, 7, 2028, 52, "2028-Q4", "2028-12", "грудень", "December", "неділя", "Sunday", True)),
    ],
)
def test_the_calendar_names_days_and_iso_weeks(warehouse: sa.Engine, day: date, expected: tuple[object, ...]) -> None:
    statement = sa.text(
        "SELECT date_key, quarter, day_of_week, iso_year, iso_week, year_quarter, year_month, month_name, month_name_en, day_name,"
        " day_name_en, is_weekend FROM dwh.dim_date WHERE full_date = :day"
    )
    with warehouse.connect() as connection:
        assert tuple(connection.execute(statement, {"day": day}).one()) == expected


def test_the_calendar_has_every_day_from_2015_to_two_years_ahead(warehouse: sa.Engine) -> None:
    statement = "SELECT min(full_date), max(full_date), count(full_date) FROM dwh.dim_date"
    with warehouse.connect() as connection:
        first, last, days = connection.exec_driver_sql(statement).one()
    assert (first, last, days) == (date(2015, 1, 1), date(2028, 12, 31), (last - first).days + 1)
