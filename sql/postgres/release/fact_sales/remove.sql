-- Purpose: take out of dwh.fact_sales, before the merge, the lines that stand there no longer: those whose order is not recognised any
-- more, those that an accepted order no longer has, those that moved away from an order which was not read, and those of orders that the
-- source, asked for them or read whole, no longer has. Keeps costs, so that a line which moved to another order comes back with its own.
-- Returns how many, and how many of them the source lacks.
-- Grain: one row an order line. Key: order_item_id.
CREATE TEMPORARY TABLE gone_sales ON COMMIT DROP AS
SELECT
    f.order_item_id,
    FALSE AS is_missing
FROM stg.accepted_orders AS o
INNER JOIN stg.accepted_order_items AS i ON o.order_id = i.order_id
INNER JOIN dwh.fact_sales AS f ON i.order_item_id = f.order_item_id
WHERE NOT o.status = any(:recognised)
UNION ALL
-- A left join without a match: the source no longer has the line.
SELECT
    f.order_item_id,
    i.order_item_id IS NULL AS is_missing
FROM stg.accepted_orders AS o
INNER JOIN dwh.fact_sales AS f ON o.order_id = f.order_id
LEFT JOIN stg.order_items AS i ON f.order_item_id = i.order_item_id
WHERE i.order_id IS DISTINCT FROM f.order_id
UNION ALL
-- A left join without a match: the order was not read, so nothing of it is in quarantine, and what it has is as it was, but for lines
-- that say themselves that they moved. The order they moved to may be held.
SELECT
    f.order_item_id,
    FALSE AS is_missing
FROM stg.order_items AS i
INNER JOIN dwh.fact_sales AS f ON i.order_item_id = f.order_item_id
LEFT JOIN stg.orders AS o ON f.order_id = o.order_id
WHERE NOT :is_whole AND o.order_id IS NULL AND i.order_id IS DISTINCT FROM f.order_id
UNION ALL
-- Left joins without a match: the source was asked for the order and no longer has it, nor has the line moved to one that was read.
SELECT
    f.order_item_id,
    TRUE AS is_missing
FROM stg.asked_keys AS asked
INNER JOIN dwh.fact_sales AS f ON asked.source_key = f.order_id
LEFT JOIN stg.orders AS o ON f.order_id = o.order_id
LEFT JOIN stg.order_items AS i ON f.order_item_id = i.order_item_id
WHERE NOT :is_whole AND asked.table_name = 'orders' AND o.order_id IS NULL AND i.order_item_id IS NULL
UNION ALL
-- A left join without a match: the source no longer has the order.
SELECT
    f.order_item_id,
    TRUE AS is_missing
FROM dwh.fact_sales AS f
LEFT JOIN stg.orders AS o ON f.order_id = o.order_id
WHERE :is_whole AND o.order_id IS NULL;

WITH removed AS (
    DELETE FROM dwh.fact_sales AS f
    USING gone_sales AS gone
    WHERE f.order_item_id = gone.order_item_id
    RETURNING f.order_item_id, f.product_key, f.unit_cost, gone.is_missing
),

kept AS (
    INSERT INTO dwh.kept_line_costs (order_item_id, product_key, unit_cost)
    SELECT
        removed.order_item_id,
        removed.product_key,
        removed.unit_cost
    FROM removed
    ON CONFLICT (order_item_id) DO UPDATE SET product_key = excluded.product_key, unit_cost = excluded.unit_cost
)

SELECT
    count(*) AS removed,
    count(*) FILTER (WHERE removed.is_missing) AS missing
FROM removed;
