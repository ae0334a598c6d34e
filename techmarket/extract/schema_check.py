"""Compares the source's schema with the catalogue."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.errors import SchemaDriftError
from techmarket.model.catalog import Catalog, Column, Table
from techmarket.model.column_types import Integer, Text

_MYSQL_NO_SUCH_TABLE = 1146
_DISPLAY_WIDTH = re.compile(r"^((?:tiny|small|medium|big)?int)\(\d+\)")


@dataclass(frozen=True, slots=True)
class Declared:
    """A column as the source declares it."""

    type: str
    nullable: bool


def check_schema(connection: sa.Connection, catalog: Catalog) -> list[str]:
    """Check the live schema; return harmless differences, such as new columns.

    Raises:
        SchemaDriftError: see :func:`require_contract`.
        ConfigurationError: the reader may not read a table.
    """
    with typed_errors("Reading the order system's schema"):
        rows = sql.run(connection, "extract/columns").all()
    declared: dict[str, dict[str, Declared]] = {}
    for table, column, column_type, is_nullable in rows:
        declared.setdefault(table, {})[column] = declared_as(column_type, nullable=is_nullable == "YES")
    for table in catalog.values():
        if table.name not in declared:
            _require_grant(connection, table)
    return require_contract(catalog.values(), declared, of="The order system's schema")


def require_contract(tables: Iterable[Table], declared: Mapping[str, Mapping[str, Declared]], *, of: str) -> list[str]:
    """Check declared columns of ``of``; return harmless differences, such as new columns.

    Raises:
        SchemaDriftError: lists every difference that breaks the contract.
    """
    expected = list(tables)
    broken = [line for table in expected for line in _broken(table, declared.get(table.name))]
    if broken:
        msg = (
            f"{of} does not keep the contract of techmarket/model/catalog.py:\n  - "
            + "\n  - ".join(broken)
            + "\nNothing was loaded. Next: restore the source's schema, or change the catalogue and run `techmarket bootstrap`."
        )
        raise SchemaDriftError(msg)
    return [line for table in expected for line in _unknown(table, declared[table.name])]


def declared_as(column_type: str, *, nullable: bool) -> Declared:
    """Without the display width of integers."""
    return Declared(_DISPLAY_WIDTH.sub(r"\1", column_type), nullable)


def _require_grant(connection: sa.Connection, table: Table) -> None:
    with typed_errors(f"Reading {table.name}"):
        try:
            connection.execute(sa.select(sa.literal(1)).select_from(sa.table(table.name)).limit(0))
        except DBAPIError as exc:
            if exc.orig is None or exc.orig.args[0] != _MYSQL_NO_SUCH_TABLE:
                raise


def _broken(table: Table, declared: Mapping[str, Declared] | None) -> list[str]:
    if declared is None:
        return [f"table {table.name} is missing"]
    lines = []
    for column in table.columns:
        found = declared.get(column.name)
        if found is None:
            lines.append(f"{table.name}.{column.name} is missing (expected {column.type.mysql}); dropped or renamed")
        elif not holds(column, found.type):
            lines.append(f"{table.name}.{column.name} is {found.type}, expected {column.type.mysql}")
        elif found.nullable and not column.nullable:
            lines.append(f"{table.name}.{column.name} may be NULL now, expected NOT NULL")
    return lines


def _unknown(table: Table, declared: Mapping[str, Declared]) -> list[str]:
    known = {*table.column_names, *table.left_out}
    return [f"{table.name}.{name} ({found.type}) is new and not read" for name, found in declared.items() if name not in known]


def holds(column: Column, found: str) -> bool:
    """Whether ``found`` is the same type, a longer text, or an integer that staging holds."""
    match column.type:
        case Text(length):
            wider = re.fullmatch(r"varchar\((\d+)\)", found)
            return wider is not None and int(wider[1]) >= length
        case Integer():
            return _widened(column.type, found)
        case _:
            return found == column.type.mysql


def _widened(expected: Integer, found: str) -> bool:
    wider = [Integer(bits, expected.unsigned) for bits in (8, 16, 32, 64) if bits >= expected.bits]
    return any(candidate.mysql == found and candidate.postgres == expected.postgres for candidate in wider)
