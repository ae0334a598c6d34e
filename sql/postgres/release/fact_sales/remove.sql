-- Removes lines from dwh.fact_sales before the merge; returns how many, and how many of them the source lacks.
-- It removes lines of orders whose status is no longer recognised, and lines that an accepted order no longer has.
-- It removes lines that moved away from an order which was not read.
-- It removes lines of orders that the source no longer has, among the requested keys or, read whole, at all.
-- It keeps their costs: a line that moved to another order, or comes back, has the cost that it had.
-- Grain: one row an order line. Key: order_item_id.
-- Binds: is_whole, recognised.
-- Needs: stg.requested_keys from staging/write_requested_keys.sql.
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
-- A left join without a match: the order was not read, so none of its rows is in quarantine. It keeps its lines, except those whose
-- staged row names another order. That other order may be held.
SELECT
    f.order_item_id,
    FALSE AS is_missing
FROM stg.order_items AS i
INNER JOIN dwh.fact_sales AS f ON i.order_item_id = f.order_item_id
LEFT JOIN stg.orders AS o ON f.order_id = o.order_id
WHERE NOT :is_whole AND o.order_id IS NULL AND i.order_id IS DISTINCT FROM f.order_id
UNION ALL
-- Left joins without a match: the order is among the requested keys and the source no longer has it, and its line is not staged.
SELECT
    f.order_item_id,
    TRUE AS is_missing
FROM stg.requested_keys AS requested
INNER JOIN dwh.fact_sales AS f ON requested.source_key = f.order_id
LEFT JOIN stg.orders AS o ON f.order_id = o.order_id
LEFT JOIN stg.order_items AS i ON f.order_item_id = i.order_item_id
WHERE NOT :is_whole AND requested.table_name = 'orders' AND o.order_id IS NULL AND i.order_item_id IS NULL
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
