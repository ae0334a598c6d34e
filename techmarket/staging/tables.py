"""Renders ``sql/postgres/02_stg_tables.sql``."""

from collections.abc import Iterable

from techmarket.db.quoting import quote_literal, quote_postgres
from techmarket.model.catalog import Catalog, Table

_HEAD = """\
-- Staged tables: what the current batch read, before the gate. Rendered from techmarket/model/catalog.py by `make render`; do not edit.
-- Scratch: UNLOGGED, emptied by each load. A bootstrap drops and creates them.
-- noqa: disable=RF06
"""


def staged_tables(catalog: Catalog) -> str:
    """The DDL of the staged tables, each with a view of its accepted rows."""
    return _HEAD + "\n".join(_stg_table(table) for table in catalog.values())


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
    yield f"COMMENT ON TABLE stg.{quote_postgres(table.name)} IS {quote_literal(table.meaning + ', as staged by the current batch')};"
    for column in table.columns:
        yield f"COMMENT ON COLUMN stg.{quote_postgres(table.name)}.{quote_postgres(column.name)} IS {quote_literal(column.meaning)};"
