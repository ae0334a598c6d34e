"""Renders the SQL of a comparison into ``sql/mysql/reconcile`` and ``sql/postgres/reconcile``.

Both servers give a row as a text of its compared columns, separated by |. Equal rows have equal texts, byte for byte.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from techmarket.db.rendering import RENDERED, below, name_in_mysql, name_in_postgres
from techmarket.model.catalog import Column as SourceColumn
from techmarket.model.column_types import Text
from techmarket.model.star_schema import ORDER_KEY, ORDERS, Attribute, Column, Computed, Day, Dimension, Fact, Measure, Member, Star

_STATUS = "orders.status"


@dataclass(frozen=True, slots=True)
class ComparedColumn:
    """A part of a row's text on both servers."""

    name: str
    """The source's: people look for it there."""
    source: str
    warehouse: str


def compare_files(star: Star) -> Mapping[str, Callable[[], str]]:
    """Renderers by file name below ``sql``."""
    files: dict[str, Callable[[], str]] = {}
    for table in star.compared():
        files[f"mysql/reconcile/{table.name}.sql"] = partial(_source_rows, star, table)
        files[f"postgres/reconcile/{table.name}.sql"] = partial(_warehouse_rows, star, table)
    return files


def compared_columns(star: Star, table: Dimension | Fact) -> tuple[ComparedColumn, ...]:
    """A row's parts, in order."""
    keys = [(table.source, star.source_key(table)), *([(ORDERS, ORDER_KEY)] if isinstance(table, Fact) else [])]
    columns = [column for column in table.columns if _is_known_to_the_source(table, column)]
    return (
        *(ComparedColumn(key, _in_source(source, key), _in_warehouse(table, key)) for source, key in keys),
        *(_compared(star, table, column, is_last=column is columns[-1]) for column in columns),
    )


def _is_known_to_the_source(table: Dimension | Fact, column: Column) -> bool:
    of_the_fact = isinstance(column, Measure) and table.name in dict(column.named_columns)
    return not (of_the_fact or isinstance(column, Computed))


def _compared(star: Star, table: Dimension | Fact, column: Column, *, is_last: bool) -> ComparedColumn:
    match column:
        case Member():
            return _member(star, table, column)
        case Day():
            source, day = star.source_column(table, column)
            return ComparedColumn(day.name, f"coalesce(date({_in_source(source, day.name)}) + 0, '')", _in_warehouse(table, column.name))
        case Measure():
            return _measure(star, table, column)
        case Attribute():
            return _attribute(star, table, column, is_last=is_last)
        case Computed():
            msg = f"{table.name}.{column.name} is not known to the source"
            raise ValueError(msg)


def _member(star: Star, table: Dimension | Fact, column: Member) -> ComparedColumn:
    """By the source's key. A missing member has a text that the source never gives."""
    source, named_by = star.source_column(table, column)
    dimension = next(other for other in star.dimensions if other.name == column.dimension)
    named, member = _in_source(source, named_by.name), f"cast({_in_warehouse(dimension, star.source_key(dimension))} AS text)"
    if not named_by.nullable:
        return ComparedColumn(named_by.name, named, f"coalesce({member}, '')")
    without = f"{_in_warehouse(table, column.name)} = 0"
    return ComparedColumn(named_by.name, f"coalesce({named}, '')", f"CASE WHEN {without} THEN '' ELSE coalesce({member}, '?') END")


def _measure(star: Star, table: Dimension | Fact, column: Measure) -> ComparedColumn:
    released = _in_warehouse(table, column.name)
    if any(star.catalog[source][name].nullable for source, name in column.named_columns):
        return ComparedColumn(column.name, f"coalesce({column.expression}, '')", f"coalesce(cast({released} AS text), '')")
    return ComparedColumn(column.name, column.expression, released)


def _attribute(star: Star, table: Dimension | Fact, column: Attribute, *, is_last: bool) -> ComparedColumn:
    source, given = star.source_column(table, column)
    value, released = _in_source(source, given.name), _in_warehouse(table, column.name)
    if isinstance(given.type, Text):
        is_recognised = isinstance(table, Fact) and table.only_recognised and value == _STATUS  # one of few words, without NUL
        return _text(column.name, value if is_recognised else f"replace({value}, '\\0', '')", released, given, is_last=is_last)
    # Members may lack in the warehouse, where they are inferred, what the source requires.
    released = f"coalesce(cast({released} AS text), '')" if given.nullable or isinstance(table, Dimension) else released
    return ComparedColumn(column.name, f"coalesce({value}, '')" if given.nullable else value, released)


def _text(name: str, value: str, released: str, given: SourceColumn, *, is_last: bool) -> ComparedColumn:
    """By its hash where the text may contain | or must differ from NULL."""
    if is_last and not given.nullable:
        return ComparedColumn(name, value, released)
    of_warehouse = f"encode(sha256(convert_to({released}, 'UTF8')), 'hex')"
    return ComparedColumn(name, f"coalesce(sha2({value}, 256), '')", f"coalesce({of_warehouse}, '')")


def _in_source(table: str, column: str) -> str:
    return f"{name_in_mysql(table)}.{name_in_mysql(column)}"


def _in_warehouse(table: Dimension | Fact, column: str) -> str:
    return f"{name_in_postgres(table.name)}.{name_in_postgres(column)}"


def _source_rows(star: Star, table: Dimension | Fact) -> str:
    source, key = name_in_mysql(table.source), _in_source(table.source, star.source_key(table))
    only_recognised = isinstance(table, Fact) and table.only_recognised
    orders = f"INNER JOIN orders ON {source}.order_id = orders.order_id\n" if isinstance(table, Fact) else ""
    span = f"{key} BETWEEN cast(:low AS signed) AND cast(:high AS signed)"
    collation = "-- A status is compared as bytes: a collation would take 'PAID' and 'paid ' for 'paid'.\n" if only_recognised else ""
    recognised = f"\n    AND cast({_STATUS} AS binary) IN :recognised"
    return f"""\
-- The rows of {table.source} that dwh.{table.name} must have in a range of keys.
-- The text must equal that of sql/postgres/reconcile/{table.name}.sql byte for byte.
{collation}{RENDERED}
-- Grain: one row a source row. Key: row_key.
-- Binds: high, low{", recognised" if only_recognised else ""}.
SELECT
    {key} AS row_key,
    concat_ws(
        '|',
{below((column.source for column in compared_columns(star, table)), indent=8)}
    ) AS row_text
FROM {source}
{orders}WHERE{chr(10) + "    " if only_recognised else " "}{span}{recognised if only_recognised else ""};
"""


def _warehouse_rows(star: Star, table: Dimension | Fact) -> str:
    key = _in_warehouse(table, star.source_key(table))
    name = name_in_postgres(table.name)
    joins = "".join(
        f"LEFT JOIN dwh.{name_in_postgres(column.dimension)} ON {name}.{name_in_postgres(column.name)}"
        f" = {name_in_postgres(column.dimension)}.{name_in_postgres(column.name)}\n"
        for column in table.columns
        if isinstance(column, Member)
    )
    span = f"{key} BETWEEN cast(:low AS bigint) AND cast(:high AS bigint)"
    loaded = f"\n    {span}\n    AND NOT {name}.is_inferred\n    AND NOT {name}.is_deleted"
    which = "that were loaded and are not deleted, with" if isinstance(table, Dimension) else "with"
    dangling = "-- Left joins without a match: the row names a member that does not exist; the source never has that, so the rows differ.\n"
    return f"""\
-- The rows of dwh.{table.name} in a range of keys {which} source keys instead of surrogate keys.
{dangling if joins else ""}{RENDERED}
-- Grain: one row of dwh.{table.name}. Key: row_key.
-- Binds: high, low.
SELECT
    {key} AS row_key,
    concat_ws(
        '|',
{below((column.warehouse for column in compared_columns(star, table)), indent=8)}
    ) AS row_text
FROM dwh.{name}
{joins}WHERE{loaded if isinstance(table, Dimension) else " " + span};
"""
