"""MySQL statements from the catalogue's names and types only."""

from collections.abc import Iterable

from techmarket.db.quoting import quote_literal, quote_mysql
from techmarket.model.catalog import Column, Table
from techmarket.model.column_types import Date, Integer, LocalDatetime, Text, Timestamp


def extract_range(table: Table) -> str:
    """The rows with ``after < key <= upto``, both bound; returns what :func:`extract_page` does."""
    key = quote_mysql(table.key)
    return f"{_page_of(table)} FROM {quote_mysql(table.name)} WHERE {key} > :after AND {key} <= :upto"


def key_of_row(table: Table) -> str:
    """The key ``skipped`` rows after the first above ``after``, both bound; no row if the table has fewer."""
    key = quote_mysql(table.key)
    return f"SELECT {key} FROM {quote_mysql(table.name)} WHERE {key} > :after ORDER BY {key} LIMIT 1 OFFSET :skipped"


def key_bounds(table: Table) -> str:
    """Lowest and highest key."""
    key = quote_mysql(table.key)
    return f"SELECT min({key}), max({key}) FROM {quote_mysql(table.name)}"


def extract_page(table: Table, *, keys_of: str) -> str:
    """One page of the rows whose ``keys_of`` is among the bound ``keys``.

    Binds :func:`rows_of_keys`' ``keys``, ``after`` (last key of the page before) and ``page`` (rows at most). Returns one row: number of
    rows, last key, COPY text as bytes. A truncated text has fewer newlines than rows.
    """
    key, of = quote_mysql(table.key), quote_mysql(table.name)
    names = ", ".join(f"{of}.{quote_mysql(name)}" for name in table.column_names)
    return (
        f"{_page_of(table)} FROM (SELECT {names} FROM {rows_of_keys(table, keys_of)}"
        f" WHERE {of}.{key} > :after ORDER BY {of}.{key} LIMIT :page) AS page"
    )


def newest_rows(table: Table) -> str:
    """Key, cursor and birth of the rows last changed up to the bound instant ``upto``, ``rows`` at most."""
    cursor, key = quote_mysql(table.cursor), quote_mysql(table.key)
    return f"{_sampled(table)} FROM {quote_mysql(table.name)} WHERE {cursor} <= :upto ORDER BY {cursor} DESC, {key} DESC LIMIT :rows"


def rows_at(table: Table, keys: int) -> str:
    """The first row at or above each of the bound keys ``key_0``, ``key_1`` ..., each row once."""
    key, of = quote_mysql(table.key), quote_mysql(table.name)
    rows = (f"({_sampled(table)} FROM {of} WHERE {key} >= :key_{number} ORDER BY {key} LIMIT 1)" for number in range(keys))
    return " UNION ".join(rows)


def sampled_by_key(table: Table) -> str:
    """The same columns of the rows with the bound ``keys``, as in :func:`rows_of_keys`."""
    return f"{_sampled(table)} FROM {rows_of_keys(table, table.key)}"


def _sampled(table: Table) -> str:
    of = quote_mysql(table.name)
    born = f"{of}.{quote_mysql(table.born)}" if table.born else "NULL"
    return f"SELECT {of}.{quote_mysql(table.key)}, {of}.{quote_mysql(table.cursor)}, {born}"


def rows_of_keys(table: Table, column: str) -> str:
    """The rows whose integer ``column`` is among the bound ``keys``, a JSON array without repetitions.

    STRAIGHT_JOIN forces look-ups by index: with wrong statistics MariaDB reads the whole table.
    """
    of = quote_mysql(table.name)
    declared = table[column].type
    listed = Integer(64, isinstance(declared, Integer) and declared.unsigned).mysql
    keys = f"json_table(:keys, '$[*]' COLUMNS (listed_key {listed} PATH '$' ERROR ON ERROR)) AS listed"
    return f"{keys} STRAIGHT_JOIN {of} ON {of}.{quote_mysql(column)} = listed.listed_key"


def _page_of(table: Table) -> str:
    """Joined as bytes: MariaDB concatenates text more slowly (docs/adr/0001)."""
    fields = ", ".join(_copy_text(column) for column in table.columns)
    row = rf"concat_ws(_binary'\t', {fields})"
    return rf"SELECT count(*), max({quote_mysql(table.key)}), group_concat({row}, _binary'\n' SEPARATOR '')"


def changed_keys(tables: Iterable[Table], key: str) -> str:
    """One page of the distinct ``key`` values in rows at or above the low bounds.

    Binds ``after``, ``page`` and ``low_<table>`` for each table.
    """
    name = quote_mysql(key)
    branches = " UNION ".join(
        f"SELECT {name} FROM {quote_mysql(table.name)} WHERE {quote_mysql(table.cursor)} >= :low_{table.name} AND {name} > :after"
        for table in tables
    )
    return f"SELECT {name} FROM ({branches}) AS changed ORDER BY {name} LIMIT :page"


def estimated_rows(table: Table) -> str:
    """The server's estimate, for progress only."""
    return f"SELECT table_rows FROM information_schema.tables WHERE table_schema = database() AND table_name = {quote_literal(table.name)}"


def _copy_text(column: Column) -> str:
    """One field: NULL as backslash-N, text escaped, an impossible date as NULL.

    NOT NULL columns are not tested, for speed: CONCAT_WS would drop a NULL, and COPY refuses the short row.
    """
    name = quote_mysql(column.name)
    match column.type:
        case Text():
            escaped = f"cast(convert({name} USING utf8mb4) AS BINARY)"
            for raw, written in (("\\\\", "\\\\\\\\"), ("\\t", "\\\\t"), ("\\n", "\\\\n"), ("\\r", "\\\\r")):
                escaped = f"replace({escaped}, _binary'{raw}', _binary'{written}')"
            return f"ifnull({escaped}, '\\\\N')" if column.nullable else escaped
        case Timestamp():
            return f"if({name}, {name}, '\\\\N')"
        case LocalDatetime() | Date():
            # PostgreSQL's calendar has no year 0.
            return f"if(year({name}) > 0 AND date({name}) = from_days(to_days({name})), {name}, '\\\\N')"
        case _:
            return f"ifnull({name}, '\\\\N')" if column.nullable else name
