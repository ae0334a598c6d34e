-- Purpose: what became of the accepted orders: with a line merged by this load, all lines unchanged, or excluded because the order is not
-- recognised or has no line. Merged and unchanged are read from the fact, excluded from staging.
-- Grain: one row.
WITH sold AS (
    SELECT bool_or(f.batch_id = :batch_id) AS is_merged
    FROM stg.accepted_orders AS o
    INNER JOIN dwh.fact_sales AS f ON o.order_id = f.order_id
    GROUP BY o.order_id
),

with_lines AS (
    SELECT DISTINCT order_id FROM stg.accepted_order_items
),

-- A left join without a match: the order has no line.
excluded AS (
    SELECT count(*) AS orders
    FROM stg.accepted_orders AS o
    LEFT JOIN with_lines AS i ON o.order_id = i.order_id
    WHERE i.order_id IS NULL OR NOT o.status = any(:recognised)
)

SELECT
    count(*) FILTER (WHERE sold.is_merged) AS merged,
    count(*) FILTER (WHERE NOT sold.is_merged) AS unchanged,
    (SELECT excluded.orders FROM excluded) AS excluded
FROM sold;
