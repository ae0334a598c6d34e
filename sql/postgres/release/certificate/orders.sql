-- How many accepted orders have a line merged by this load, have only unchanged lines, or are excluded.
-- An order is excluded if its status is not recognised or if it has no line.
-- Merged and unchanged orders are counted in the fact, excluded ones in staging.
-- Grain: one row.
-- Binds: batch_id, recognised.
WITH merged AS (
    SELECT count(*) AS orders
    FROM stg.accepted_orders AS o
    WHERE
        EXISTS (
            SELECT FROM dwh.fact_sales AS f
            WHERE f.order_id = o.order_id AND f.batch_id = :batch_id
        )
),

-- Both conditions name the batch: if it wrote everything, or nothing, one of them finds no row and is cheap.
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
