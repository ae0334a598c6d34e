"""Every SQL statement that is generated: from the catalogue's names and types, nothing else.

Values are always bound parameters; identifiers are quoted here.
"""

from collections.abc import Iterable

from techmarket.catalog import Catalog, Column, Reading, Table
from techmarket.column_types import Date, LocalDatetime, Text, Timestamp

ALL_ROWS = "TRUE"
CHANGED_ROWS = "(`{cursor}` >= :low OR `{key}` IN :keys)"
ROWS_OF_ORDERS = "`order_id` IN :keys"


def quote_mysql(name: str) -> str:
    """A MySQL identifier."""
    return "`" + name.replace("`", "``") + "`"


def quote_postgres(name: str) -> str:
    """A PostgreSQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def column_list(table: Table) -> str:
    """The column list of COPY."""
    return ", ".join(quote_postgres(name) for name in table.column_names)


def extract_page(table: Table, scope: str) -> str:
    r"""One page of a table as COPY text, rendered by MySQL itself.

    Binds ``after`` (last key of the page before) and ``page`` (rows at most), and what ``scope`` names. Returns one row:
    the number of rows, the last key, and the text as bytes. Every row ends in a newline of its own, so that a text cut
    anywhere (``group_concat_max_len``, ``max_allowed_packet``) has fewer newlines than the count says.
    """
    key = quote_mysql(table.key)
    names = ", ".join(quote_mysql(name) for name in table.column_names)
    fields = ", '\\t', ".join(_copy_text(column) for column in table.columns)
    return (
        f"SELECT COUNT(*), MAX({key}), CAST(GROUP_CONCAT({fields}, '\\n' SEPARATOR '') AS BINARY)"
        f" FROM (SELECT {names} FROM {quote_mysql(table.name)} WHERE {key} > :after AND {_scoped(table, scope)}"
        f" ORDER BY {key} LIMIT :page) AS page"
    )


def smallest_key(table: Table) -> str:
    """The smallest key, so that paging begins below it whatever its sign; NULL for an empty table."""
    return f"SELECT MIN({quote_mysql(table.key)}) FROM {quote_mysql(table.name)}"


def row_estimate(table: Table) -> str:
    """The server's own estimate of a table's rows, for progress only; binds nothing."""
    return f"SELECT table_rows FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = '{table.name}'"


def changed_orders(catalog: Catalog) -> str:
    """One page of the orders that changed: header, any line or any payment at or above the table's low bound.

    Binds ``after``, ``page`` and ``low_<table>`` for every table read with its order.
    """
    branches = " UNION ".join(
        f"SELECT `order_id` FROM {quote_mysql(table.name)} WHERE {quote_mysql(table.cursor)} >= :low_{table.name} AND `order_id` > :after"
        for table in catalog.values()
        if table.reading is Reading.WITH_ORDER
    )
    return f"SELECT `order_id` FROM ({branches}) AS changed ORDER BY `order_id` LIMIT :page"


def _scoped(table: Table, scope: str) -> str:
    return scope.replace("`{cursor}`", quote_mysql(table.cursor)).replace("`{key}`", quote_mysql(table.key))


def _copy_text(column: Column) -> str:
    """MySQL expression that gives one field as PostgreSQL's COPY text: NULL as ``\\N``, text escaped, an impossible date as NULL."""
    name = quote_mysql(column.name)
    match column.type:
        case Text():
            escaped = name
            for raw, written in (("\\\\", "\\\\\\\\"), ("\\t", "\\\\t"), ("\\n", "\\\\n"), ("\\r", "\\\\r")):
                escaped = f"REPLACE({escaped}, '{raw}', '{written}')"
            return f"IFNULL({escaped}, '\\\\N')"
        case Timestamp():
            return f"IFNULL(NULLIF({name}, 0), '\\\\N')"
        case LocalDatetime() | Date():
            return f"IF(DATE({name}) = FROM_DAYS(TO_DAYS({name})), {name}, '\\\\N')"
        case _:
            return f"IFNULL({name}, '\\\\N')"


def stg_schema(catalog: Catalog) -> str:
    """``sql/postgres/02_stg_schema.sql``: the staging schema of a catalogue."""
    tables = "\n".join(_stg_table(table) for table in catalog.values())
    return _STG_HEAD + tables


def _stg_table(table: Table) -> str:
    name = quote_postgres(table.name)
    columns = ",\n".join(f"    {quote_postgres(column.name)} {column.type.postgres}" for column in table.columns)
    comments = "\n".join(_comments(table))
    accepted = ",\n".join(f"    staged.{quote_postgres(column)}" for column in table.column_names)
    return f"""
-- {table.meaning}; one row a source row; key {table.key}.
DROP TABLE IF EXISTS stg.{name} CASCADE;
CREATE UNLOGGED TABLE stg.{name} (
{columns}
);
{comments}

CREATE VIEW stg.{quote_postgres("accepted_" + table.name)} AS
SELECT
{accepted}
FROM stg.{name} AS staged
WHERE NOT EXISTS (
    SELECT FROM stg.batch_rejects AS rejected
    WHERE rejected.table_name = '{table.name}' AND rejected.row_key = staged.{quote_postgres(table.key)}::text
);
COMMENT ON VIEW stg.{quote_postgres("accepted_" + table.name)} IS 'Rows of stg.{table.name} that the gate let through';
"""


def _comments(table: Table) -> Iterable[str]:
    yield f"COMMENT ON TABLE stg.{quote_postgres(table.name)} IS {_literal(table.meaning + ', as staged by the batch in hand')};"
    for column in table.columns:
        yield f"COMMENT ON COLUMN stg.{quote_postgres(table.name)}.{quote_postgres(column.name)} IS {_literal(column.meaning)};"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_STG_HEAD = """\
-- Staging: what the batch in hand read, before the gate. Rendered from techmarket/catalog.py by `make render`; do not edit.
-- Everything here but stg.rejected_rows is scratch: UNLOGGED, emptied by each load, rebuilt by each bootstrap.
CREATE SCHEMA IF NOT EXISTS stg;
COMMENT ON SCHEMA stg IS 'Staging and quarantine; not for analysts';

-- Receipts of COPY: which part of which sealed extract is in. UNLOGGED like the tables, so that a crash empties both.
CREATE UNLOGGED TABLE IF NOT EXISTS stg.staged_parts (
    extract_id text NOT NULL,
    table_name text NOT NULL,
    part text NOT NULL,
    row_count bigint NOT NULL,
    PRIMARY KEY (extract_id, table_name, part)
);
COMMENT ON TABLE stg.staged_parts IS 'Receipts of COPY, one row a part of the sealed extract';

-- What the gate rejected of the batch in hand: one row a row and rule.
CREATE UNLOGGED TABLE IF NOT EXISTS stg.batch_rejects (
    table_name text NOT NULL,
    row_key text NOT NULL,
    rule text NOT NULL,
    order_id bigint,
    row_data jsonb NOT NULL,
    PRIMARY KEY (table_name, row_key, rule)
);
COMMENT ON TABLE stg.batch_rejects IS 'Rows rejected or held by the gate in the batch in hand';

-- Quarantine, the data steward's list: one row a row and rule, kept when resolved. The only durable table here.
CREATE TABLE IF NOT EXISTS stg.rejected_rows (
    rejected_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_name text NOT NULL,
    row_key text NOT NULL,
    rule text NOT NULL,
    order_id bigint,
    row_data jsonb NOT NULL,
    first_batch_id bigint NOT NULL,
    batch_id bigint NOT NULL,
    rejected_at timestamp with time zone NOT NULL DEFAULT now(),
    last_seen_at timestamp with time zone NOT NULL DEFAULT now(),
    resolved_at timestamp with time zone,
    resolved_batch_id bigint
);
CREATE UNIQUE INDEX IF NOT EXISTS rejected_rows_open ON stg.rejected_rows (table_name, row_key, rule) WHERE resolved_at IS NULL;
COMMENT ON TABLE stg.rejected_rows IS 'Quarantine: rows that broke a critical rule, or were held with their order, until they pass';
COMMENT ON COLUMN stg.rejected_rows.row_key IS 'Key of the source row, as text';
COMMENT ON COLUMN stg.rejected_rows.rule IS 'Rule that the row breaks, or held_with_order';
COMMENT ON COLUMN stg.rejected_rows.order_id IS 'Order that the row belongs to, where it belongs to one';
COMMENT ON COLUMN stg.rejected_rows.row_data IS 'The whole row as staged';
COMMENT ON COLUMN stg.rejected_rows.first_batch_id IS 'Batch that rejected the row first';
COMMENT ON COLUMN stg.rejected_rows.batch_id IS 'Batch that rejected the row last';
COMMENT ON COLUMN stg.rejected_rows.resolved_batch_id IS 'Batch in which the row passed, or was found gone from the source';
"""
