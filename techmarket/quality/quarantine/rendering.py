"""Renders ``sql/postgres/quarantine/hold_orders.sql``."""

from techmarket.db.quoting import quote_literal
from techmarket.db.rendering import name_in_postgres, with_rendered_part
from techmarket.db.sql import read_sql
from techmarket.model.catalog import Reading, Table
from techmarket.model.star_schema import Star


def hold_orders(star: Star) -> str:
    """Names the tables that hold an order, and those read with one."""
    holding = ", ".join(quote_literal(source) for source in star.holding_sources())
    rows = "    UNION ALL\n".join(_rows_of_orders(table) for table in star.catalog.values() if table.reading is Reading.WITH_ORDER)
    part = f"""\
WITH broken_orders AS (
    SELECT DISTINCT rejected.order_id
    FROM stg.batch_rejects AS rejected
    WHERE rejected.table_name IN ({holding}) AND rejected.order_id IS NOT NULL
),

rows_of_orders AS (
{rows})

"""
    return with_rendered_part(read_sql("postgres/quarantine/hold_orders.sql"), part)


def _rows_of_orders(table: Table) -> str:
    return f"""\
    SELECT
        {quote_literal(table.name)} AS table_name,
        cast(staged.{name_in_postgres(table.key)} AS text) AS row_key,
        staged.order_id,
        to_jsonb(staged) AS row_data
    FROM stg.{name_in_postgres(table.name)} AS staged
    INNER JOIN broken_orders ON staged.order_id = broken_orders.order_id
"""
