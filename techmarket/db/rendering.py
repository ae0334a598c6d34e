"""Every SQL statement that is generated: from the catalogue's names and types, nothing else.

Values are always bound parameters; identifiers are quoted here.
"""

from collections.abc import Iterable

from techmarket.model.catalog import Catalog, Column, Table
from techmarket.model.column_types import Date, Integer, LocalDatetime, Text, Timestamp


def quote_mysql(name: str) -> str:
    """A MySQL identifier."""
    return "`" + name.replace("`", "``") + "`"


def quote_postgres(name: str) -> str:
    """A PostgreSQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def extract_range(table: Table) -> str:
    """The rows whose keys lie above ``after`` and not above ``upto``, both bound, as COPY text; returns what :func:`extract_page` does."""
    key = quote_mysql(table.key)
    return f"{_page_of(table)} FROM {quote_mysql(table.name)} WHERE {key} > :after AND {key} <= :upto"


def key_of_row(table: Table) -> str:
    """The key of a row above the key ``after``, with ``skipped`` rows between them, both bound; no row where the table has fewer."""
    key = quote_mysql(table.key)
    return f"SELECT {key} FROM {quote_mysql(table.name)} WHERE {key} > :after ORDER BY {key} LIMIT 1 OFFSET :skipped"


def key_bounds(table: Table) -> str:
    """The lowest and the highest key of a table."""
    key = quote_mysql(table.key)
    return f"SELECT MIN({key}), MAX({key}) FROM {quote_mysql(table.name)}"


def extract_page(table: Table, *, keys_of: str) -> str:
    r"""One page of the rows whose value in column ``keys_of`` is among the bound ``keys``, as COPY text rendered by MySQL itself.

    Binds :func:`rows_of_keys`' ``keys``, ``after`` (last key of the page before) and ``page`` (rows at most). Returns one row: the
    number of rows, the last key, and the text as bytes. Every row ends in a newline of its own, so that a text cut anywhere
    (``group_concat_max_len``, ``max_allowed_packet``) has fewer newlines than the count says.
    """
    key, of = quote_mysql(table.key), quote_mysql(table.name)
    names = ", ".join(f"{of}.{quote_mysql(name)}" for name in table.column_names)
    return (
        f"{_page_of(table)} FROM (SELECT {names} FROM {rows_of_keys(table, keys_of)}"
        f" WHERE {of}.{key} > :after ORDER BY {of}.{key} LIMIT :page) AS page"
    )


def rows_of_keys(table: Table, column: str) -> str:
    """The rows of a MySQL table whose value in an integer column is among the bound ``keys``, a JSON array without repetitions.

    The join begins at the keys, so that each is looked up by the column's index. An ``IN`` list leaves that to the server, and
    where its statistics of the index were off, MariaDB read the whole table.
    """
    of = quote_mysql(table.name)
    declared = table[column].type
    listed = Integer(64, isinstance(declared, Integer) and declared.unsigned).mysql
    keys = f"JSON_TABLE(:keys, '$[*]' COLUMNS (listed_key {listed} PATH '$' ERROR ON ERROR)) AS listed"
    return f"{keys} STRAIGHT_JOIN {of} ON {of}.{quote_mysql(column)} = listed.listed_key"


def _page_of(table: Table) -> str:
    """Rows, last key and text. All is joined as bytes, which takes MariaDB an eighth less than text."""
    fields = ", ".join(_copy_text(column) for column in table.columns)
    row = rf"CONCAT_WS(_binary'\t', {fields})"
    return rf"SELECT COUNT(*), MAX({quote_mysql(table.key)}), GROUP_CONCAT({row}, _binary'\n' SEPARATOR '')"


def changed_keys(tables: Iterable[Table], key: str) -> str:
    """One page of the distinct values of ``key`` in rows at or above their table's low bound.

    Binds ``after``, ``page`` and ``low_<table>`` for each table.
    """
    name = quote_mysql(key)
    branches = " UNION ".join(
        f"SELECT {name} FROM {quote_mysql(table.name)} WHERE {quote_mysql(table.cursor)} >= :low_{table.name} AND {name} > :after"
        for table in tables
    )
    return f"SELECT {name} FROM ({branches}) AS changed ORDER BY {name} LIMIT :page"


def estimated_rows(table: Table) -> str:
    """The server's own estimate of a table's rows, for progress only."""
    return f"SELECT table_rows FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = {quote_literal(table.name)}"


def copy_into(table: Table) -> str:
    """The COPY that takes an extract's text into staging."""
    columns = ", ".join(quote_postgres(name) for name in table.column_names)
    return f"COPY stg.{quote_postgres(table.name)} ({columns}) FROM STDIN"


def count_staged(table: str) -> str:
    """The number of rows of a staged table."""
    return f"SELECT count(*) FROM stg.{quote_postgres(table)}"


def empty_staging(catalog: Catalog) -> list[str]:
    """Statements that empty staging and drop the key indexes, so that COPY writes plain heaps."""
    names = ", ".join(f"stg.{quote_postgres(name)}" for name in catalog)
    return [
        f"TRUNCATE {names}, stg.staged_extract, stg.staged_parts, stg.batch_rejects",
        *(f"DROP INDEX IF EXISTS stg.{quote_postgres(name + '_key')}" for name in catalog),
    ]


def key_index(table: Table, *, unique: bool) -> str:
    """The index on a staged table's key, unless it is there; the unique one fails where the extract holds a key twice."""
    kind = "UNIQUE INDEX" if unique else "INDEX"
    name, target, key = (quote_postgres(part) for part in (f"{table.name}_key", table.name, table.key))
    return f"CREATE {kind} IF NOT EXISTS {name} ON stg.{target} ({key})"


def analyze(table: Table) -> str:
    """Planner statistics of a staged table."""
    return f"ANALYZE stg.{quote_postgres(table.name)}"


def _copy_text(column: Column) -> str:
    """MySQL expression for one field of COPY text: NULL as backslash-N, text escaped, an impossible date as NULL.

    A column that the contract keeps from NULL is not asked for it, which would be a good part of the work: a NULL all the same would take
    its field out of the row, and COPY would refuse it.
    """
    name = quote_mysql(column.name)
    match column.type:
        case Text():
            escaped = f"CAST(CONVERT({name} USING utf8mb4) AS BINARY)"
            for raw, written in (("\\\\", "\\\\\\\\"), ("\\t", "\\\\t"), ("\\n", "\\\\n"), ("\\r", "\\\\r")):
                escaped = f"REPLACE({escaped}, _binary'{raw}', _binary'{written}')"
            return f"IFNULL({escaped}, '\\\\N')" if column.nullable else escaped
        case Timestamp():
            return f"IF({name}, {name}, '\\\\N')"
        case LocalDatetime() | Date():
            # PostgreSQL's calendar has no year 0.
            return f"IF(YEAR({name}) > 0 AND DATE({name}) = FROM_DAYS(TO_DAYS({name})), {name}, '\\\\N')"
        case _:
            return f"IFNULL({name}, '\\\\N')" if column.nullable else name


def stg_schema(catalog: Catalog) -> str:
    """``sql/postgres/02_stg_schema.sql``: the staging schema of a catalogue."""
    tables = "\n".join(_stg_table(table) for table in catalog.values())
    return _STG_HEAD + tables


def _stg_table(table: Table) -> str:
    name = quote_postgres(table.name)
    columns = ",\n".join(f"    {quote_postgres(column.name)} {column.type.postgres}" for column in table.columns)
    comments = "\n".join(_comments(table))
    key_type = table[table.key].type.postgres
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
    WHERE rejected.table_name = '{table.name}' AND cast(rejected.row_key AS {key_type}) = staged.{quote_postgres(table.key)}
);
COMMENT ON VIEW stg.{quote_postgres("accepted_" + table.name)} IS 'Rows of stg.{table.name} that the gate let through';
"""


def _comments(table: Table) -> Iterable[str]:
    yield f"COMMENT ON TABLE stg.{quote_postgres(table.name)} IS {quote_literal(table.meaning + ', as staged by the batch in hand')};"
    for column in table.columns:
        yield f"COMMENT ON COLUMN stg.{quote_postgres(table.name)}.{quote_postgres(column.name)} IS {quote_literal(column.meaning)};"


_STG_HEAD = """\
-- Staging: what the batch in hand read, before the gate. Rendered from techmarket/model/catalog.py by `make render`; do not edit.
-- Everything here but stg.rejected_rows is scratch: UNLOGGED, emptied by each load. A bootstrap makes the tables of rows anew.
-- noqa: disable=RF06
CREATE SCHEMA IF NOT EXISTS stg;
COMMENT ON SCHEMA stg IS 'Staging and quarantine; not for analysts';

-- Receipts of COPY: which part of which extract is in. UNLOGGED like the tables, so that a crash empties both.
CREATE UNLOGGED TABLE IF NOT EXISTS stg.staged_parts (
    extract_id text NOT NULL,
    table_name text NOT NULL,
    part text NOT NULL,
    row_count bigint NOT NULL,
    PRIMARY KEY (extract_id, table_name, part)
);
COMMENT ON TABLE stg.staged_parts IS 'Receipts of COPY, one row a part of the extract';
COMMENT ON COLUMN stg.staged_parts.extract_id IS 'Extract of the part';
COMMENT ON COLUMN stg.staged_parts.table_name IS 'Source table of the part';
COMMENT ON COLUMN stg.staged_parts.part IS 'File of the part';
COMMENT ON COLUMN stg.staged_parts.row_count IS 'Rows that COPY took';

-- The one extract whose parts staging takes: who empties staging names it.
CREATE UNLOGGED TABLE IF NOT EXISTS stg.staged_extract (
    extract_id text PRIMARY KEY
);
COMMENT ON TABLE stg.staged_extract IS 'The extract whose parts are staged, one row; none where staging is empty';
COMMENT ON COLUMN stg.staged_extract.extract_id IS 'Extract, by the name of its directory';

-- A bootstrap makes the tables of rows below anew: what the receipts tell of is gone.
TRUNCATE stg.staged_extract, stg.staged_parts;

-- Keys that the batch in hand looked for: a row among them that is not staged is gone from the source.
CREATE UNLOGGED TABLE IF NOT EXISTS stg.asked_keys (
    table_name text NOT NULL,
    source_key bigint NOT NULL,
    PRIMARY KEY (table_name, source_key)
);
COMMENT ON TABLE stg.asked_keys IS 'Keys that the batch in hand looked for, by table; of all rows of an order, the order''s';
COMMENT ON COLUMN stg.asked_keys.table_name IS 'Source table of the key';
COMMENT ON COLUMN stg.asked_keys.source_key IS 'Key of the source row';

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
COMMENT ON COLUMN stg.batch_rejects.table_name IS 'Source table of the row';
COMMENT ON COLUMN stg.batch_rejects.row_key IS 'Key of the source row, as text';
COMMENT ON COLUMN stg.batch_rejects.rule IS 'Rule that the row breaks, or held_with_order';
COMMENT ON COLUMN stg.batch_rejects.order_id IS 'Order that the row belongs to, where it belongs to one';
COMMENT ON COLUMN stg.batch_rejects.row_data IS 'The whole row as staged';

-- What the release in hand touches. Tables, and not temporary ones, which would keep parallel workers out of what joins them.
CREATE UNLOGGED TABLE IF NOT EXISTS stg.touched_orders (
    order_id bigint PRIMARY KEY
);
COMMENT ON TABLE stg.touched_orders IS 'Orders that a release may change, one row an order; none where it read them all';
COMMENT ON COLUMN stg.touched_orders.order_id IS 'Key of the order';

CREATE UNLOGGED TABLE IF NOT EXISTS stg.touched_sales (
    date_key integer,
    region_key integer,
    PRIMARY KEY (date_key, region_key)
);
COMMENT ON TABLE stg.touched_sales IS 'Cells of the aggregates of sales that a release makes anew, one row a day and region';
COMMENT ON COLUMN stg.touched_sales.date_key IS 'Day of the cells';
COMMENT ON COLUMN stg.touched_sales.region_key IS 'Region of the cells';

CREATE UNLOGGED TABLE IF NOT EXISTS stg.touched_categories (
    date_key integer,
    region_key integer,
    category_key integer,
    PRIMARY KEY (date_key, region_key, category_key)
);
COMMENT ON TABLE stg.touched_categories IS
'Categories of whose sales a release makes cells anew, one row a day, region and category; none where it makes those of all';
COMMENT ON COLUMN stg.touched_categories.date_key IS 'Day of the cell';
COMMENT ON COLUMN stg.touched_categories.region_key IS 'Region of the cell';
COMMENT ON COLUMN stg.touched_categories.category_key IS 'Category of the cell';

CREATE UNLOGGED TABLE IF NOT EXISTS stg.touched_products (
    month_key integer,
    product_key integer,
    PRIMARY KEY (month_key, product_key)
);
COMMENT ON TABLE stg.touched_products IS 'Cells of the aggregate of products that a release makes anew, one row a month and product';
COMMENT ON COLUMN stg.touched_products.month_key IS 'Month of the cell, as yyyymm';
COMMENT ON COLUMN stg.touched_products.product_key IS 'Product of the cell';

CREATE UNLOGGED TABLE IF NOT EXISTS stg.touched_payments (
    month_key integer PRIMARY KEY
);
COMMENT ON TABLE stg.touched_payments IS 'Cells of the aggregate of payments that a release makes anew, one row a month';
COMMENT ON COLUMN stg.touched_payments.month_key IS 'Month of the cells, as yyyymm';

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
    released_batch_id bigint,
    rejected_at timestamp with time zone NOT NULL DEFAULT now(),
    last_seen_at timestamp with time zone NOT NULL DEFAULT now(),
    resolved_at timestamp with time zone,
    resolved_batch_id bigint
);
CREATE UNIQUE INDEX IF NOT EXISTS rejected_rows_open ON stg.rejected_rows (table_name, row_key, rule) WHERE resolved_at IS NULL;
COMMENT ON TABLE stg.rejected_rows IS 'Quarantine: rows that broke a critical rule, or were held with their order, until they pass';
COMMENT ON COLUMN stg.rejected_rows.rejected_id IS 'Key of the entry';
COMMENT ON COLUMN stg.rejected_rows.table_name IS 'Source table of the row';
COMMENT ON COLUMN stg.rejected_rows.row_key IS 'Key of the source row, as text';
COMMENT ON COLUMN stg.rejected_rows.rule IS 'Rule that the row breaks, or held_with_order';
COMMENT ON COLUMN stg.rejected_rows.order_id IS 'Order that the row belongs to, where it belongs to one';
COMMENT ON COLUMN stg.rejected_rows.row_data IS 'The whole row as staged';
COMMENT ON COLUMN stg.rejected_rows.first_batch_id IS 'Batch that rejected the row first';
COMMENT ON COLUMN stg.rejected_rows.batch_id IS 'Batch that rejected the row last';
COMMENT ON COLUMN stg.rejected_rows.released_batch_id IS 'Released batch that rejected the row last; NULL while only blocked ones did';
COMMENT ON COLUMN stg.rejected_rows.rejected_at IS 'When the row was rejected first';
COMMENT ON COLUMN stg.rejected_rows.last_seen_at IS 'When the row was rejected last';
COMMENT ON COLUMN stg.rejected_rows.resolved_at IS 'When the row passed, or was found gone from the source; NULL while it waits';
COMMENT ON COLUMN stg.rejected_rows.resolved_batch_id IS 'Batch in which the row passed, or was found gone from the source';
"""
