import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from pydbml import PyDBML
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from techmarket.db.sql import read_sql, statements
from techmarket.model.catalog import CATALOG
from techmarket.seed import create_reader, create_schema, load_sample
from tests.support.repository import ROOT

DBML = ROOT / "docs" / "oltp_mysql.dbml"

COLUMNS = """
SELECT c.table_name AS table_name, t.table_comment AS table_note, c.column_name AS name, c.column_type AS type,
       c.is_nullable = 'YES' AS is_nullable, c.column_key = 'PRI' AS is_key, c.extra LIKE '%auto_increment%' AS is_counted,
       c.column_comment AS note
FROM information_schema.columns AS c
JOIN information_schema.tables AS t ON c.table_schema = t.table_schema AND c.table_name = t.table_name
WHERE c.table_schema = DATABASE()
ORDER BY c.table_name, c.ordinal_position
"""
REFERENCES = """
SELECT table_name AS table_name, column_name AS name, referenced_table_name AS target, referenced_column_name AS target_name
FROM information_schema.key_column_usage
WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL
"""
INDEXES = """
SELECT table_name AS table_name, index_name AS name, column_name AS column_name, non_unique = 0 AS is_unique
FROM information_schema.statistics
WHERE table_schema = DATABASE() AND index_name <> 'PRIMARY'
"""


@dataclass(frozen=True)
class Column:
    table: str
    table_note: str
    name: str
    type: str
    is_nullable: bool
    is_key: bool
    is_counted: bool
    note: str


@pytest.fixture
def live_columns(source_admin: sa.Engine) -> list[Column]:
    with source_admin.connect() as connection:
        rows = connection.execute(sa.text(COLUMNS)).all()
    columns = [
        Column(table, table_note, name, _without_display_width(type_), bool(nullable), bool(key), bool(counted), note)
        for table, table_note, name, type_, nullable, key, counted, note in rows
    ]
    return sorted(columns, key=lambda column: column.table)


def _without_display_width(type_: str) -> str:
    return re.sub(r"int\(\d+\)", "int", type_)


def _rows(engine: sa.Engine, query: str) -> set[tuple[object, ...]]:
    with engine.connect() as connection:
        return {tuple(row) for row in connection.execute(sa.text(query))}


def assert_same(left: set[object], right: set[object]) -> None:
    assert left - right == set()
    assert right - left == set()


def test_the_live_tables_keep_the_catalogues_contract(live_columns: list[Column]) -> None:
    declared = [
        Column(t.name, t.meaning, c.name, c.type.mysql, c.nullable, c.name == t.key, c.name == t.key, c.meaning)
        for t in sorted(CATALOG.values(), key=lambda table: table.name)
        for c in t.columns
    ]
    assert_same(set(live_columns), set(declared))
    assert live_columns == declared


def test_the_dbml_and_the_live_schema_have_the_same_columns_in_the_same_order(live_columns: list[Column]) -> None:
    documented = [
        Column(t.name, t.note.text, c.name, str(c.type), not (c.not_null or c.pk), c.pk, c.autoinc, c.note.text)
        for t in sorted(PyDBML(DBML).tables, key=lambda table: table.name)
        for c in t.columns
    ]
    assert_same(set(live_columns), set(documented))
    assert live_columns == documented


def test_the_dbml_and_the_live_schema_have_the_same_references(source_admin: sa.Engine) -> None:
    documented = {(r.col1[0].table.name, r.col1[0].name, r.col2[0].table.name, r.col2[0].name) for r in PyDBML(DBML).refs}
    assert_same(_rows(source_admin, REFERENCES), documented)
    declared = {(t.name, column, target, CATALOG[target].key) for t in CATALOG.values() for column, target in t.references.items()}
    assert_same(documented, declared)


def test_the_dbml_and_the_live_schema_have_the_same_indexes(source_admin: sa.Engine) -> None:
    documented = {(t.name, i.name, i.subjects[0].name, i.unique) for t in PyDBML(DBML).tables for i in t.indexes}
    assert_same(_rows(source_admin, INDEXES), documented)


CHANGED = {
    "regions": "name = CONCAT(name, '!')",
    "customers": "full_name = CONCAT(full_name, '!')",
    "employees": "position = CONCAT(position, '!')",
    "categories": "name = CONCAT(name, '!')",
    "products": "unit_cost = unit_cost + 1",
    "orders": "status = 'returned'",
    "order_items": "quantity = quantity + 1",
    "payments": "amount = amount + 1",
}


def test_every_cursor_is_indexed_and_stamps_each_change(source_admin: sa.Engine) -> None:
    load_sample(source_admin)
    assert {(t.name, t.cursor) for t in CATALOG.values()} <= {(table, column) for table, _, column, _ in _rows(source_admin, INDEXES)}
    recent = "updated_at BETWEEN NOW(6) - INTERVAL 1 MINUTE AND NOW(6)"
    for table, change in CHANGED.items():
        key = CATALOG[table].key
        with source_admin.begin() as connection:
            connection.exec_driver_sql(f"UPDATE {table} SET updated_at = '2020-01-01 12:00:00'")
            connection.exec_driver_sql(f"UPDATE {table} SET {change} WHERE {key} = 1")
            assert connection.exec_driver_sql(f"SELECT {key} FROM {table} WHERE {recent}").scalars().all() == [1], table
    assert CHANGED.keys() == CATALOG.keys()


def test_the_schema_can_be_created_again_over_rows(source_admin: sa.Engine) -> None:
    load_sample(source_admin)
    before = _rows(source_admin, "SELECT * FROM orders")
    create_schema(source_admin)
    assert _rows(source_admin, "SELECT * FROM orders") == before


def test_the_schema_names_no_database() -> None:
    assert not [s for s in statements(read_sql("mysql/01_schema.sql")) if re.search(r"\bUSE\b|CREATE DATABASE|techmarket\.", s)]


def test_sku_is_unique_and_foreign_keys_are_on(source_admin: sa.Engine) -> None:
    load_sample(source_admin)
    with pytest.raises(DBAPIError, match="Duplicate"), source_admin.begin() as connection:
        connection.exec_driver_sql("UPDATE products SET sku = 'TM-4-001' WHERE product_id = 2")
    with pytest.raises(DBAPIError, match="foreign key"), source_admin.begin() as connection:
        connection.exec_driver_sql("UPDATE orders SET customer_id = 999 WHERE order_id = 1")


@pytest.fixture
def reader(source_admin: sa.Engine) -> Iterator[sa.Engine]:
    user, password = f"reader_{secrets.token_hex(4)}", "p%w':\\x"
    for _ in range(2):
        create_reader(source_admin, password=SecretStr(password), user=user)
    yield sa.create_engine(source_admin.url.set(username=user, password=password), poolclass=NullPool)
    with source_admin.begin() as connection:
        connection.exec_driver_sql(f"DROP USER {user}@'%%'")


def test_the_reader_may_read_its_database_and_see_transactions_and_nothing_else(reader: sa.Engine) -> None:
    with reader.connect() as connection:
        connection.exec_driver_sql("SELECT 1 FROM orders")
        connection.exec_driver_sql("SELECT 1 FROM information_schema.innodb_trx")
        grants = connection.exec_driver_sql("SHOW GRANTS").scalars().all()
    privileges = sorted(re.match(r"GRANT (.+?) ON (\S+) TO", grant).groups() for grant in grants)
    database = "`" + reader.url.database.replace("_", r"\_") + "`.*"
    assert privileges == [("PROCESS", "*.*"), ("SELECT", database)]


def test_the_role_script_alone_leaves_the_reader_locked_out(source_admin: sa.Engine) -> None:
    user = f"reader_{secrets.token_hex(4)}"
    with source_admin.begin() as connection:
        connection.exec_driver_sql(f"SET @reader = '{user}'")
        for statement in statements(read_sql("mysql/03_roles.sql")):
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
    with pytest.raises(DBAPIError, match="locked"):
        sa.create_engine(source_admin.url.set(username=user, password=""), poolclass=NullPool).connect()
    with source_admin.begin() as connection:
        connection.exec_driver_sql(f"DROP USER {user}@'%%'")
