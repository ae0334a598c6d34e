-- Purpose: what became of the accepted orders: with a line merged by this load, all lines unchanged, or excluded because the order is not
-- recognised or has no line. Merged and unchanged are read from the fact, excluded from staging.
-- Grain: one row.
WITH merged AS (
    SELECT count(*) AS orders
    FROM stg.accepted_orders AS o
    WHERE
        EXISTS (
            SELECT FROM dwh.fact_sales AS f
            WHERE f.order_id = o.order_id AND f.batch_id = :batch_id
        )
),

-- Both conditions name the batch: where it wrote everything, or nothing, one of them finds no row at the price of a look at the fact.
unchanged AS (
    SELECT count(*) AS orders
    FROM stg.accepted_orders AS o
    WHERE
        EXISTS (
            SELECT FROM dwh.fact_sales AS f
            WHERE f.order_id = o.order_id AND f.batch_id <> :batch_id
        )
        AND NOT EXISTS (
            SELECT FROM dwh.fact_sales AS f
            WHERE f.order_id = o.order_id AND f.batch_id = :batch_id
        )
),

not_recognised AS (
    SELECT count(*) AS orders
    FROM stg.accepted_orders AS o
    WHERE NOT o.status = any(:recognised)
),

without_lines AS (
    SELECT count(*) AS orders
    FROM stg.accepted_orders AS o
    WHERE
        o.status = any(:recognised)
        AND NOT EXISTS (
            SELECT FROM stg.accepted_order_items AS i
            WHERE i.order_id = o.order_id
        )
)

SELECT
    merged.orders AS merged,
    unchanged.orders AS unchanged,
    not_recognised.orders + without_lines.orders AS excluded
FROM merged
CROSS JOIN unchanged
CROSS JOIN not_recognised
CROSS JOIN without_lines;
