-- Holds all other rows of an order whose header or a line is rejected: an order is released whole or not at all.
-- A rejected payment holds nothing. A row that is rejected itself is not held as well.
-- Grain: one row a held row. Key: table_name, row_key, rule.
-- Binds: held.
-- Rendered from techmarket/model/star.py by `make render`; do not edit from here on.
WITH broken_orders AS (
    SELECT DISTINCT rejected.order_id
    FROM stg.batch_rejects AS rejected
    WHERE rejected.table_name IN ('orders', 'order_items') AND rejected.order_id IS NOT NULL
),

rows_of_orders AS (
    SELECT
        'orders' AS table_name,
        cast(staged.order_id AS text) AS row_key,
        staged.order_id,
        to_jsonb(staged) AS row_data
    FROM stg.orders AS staged
    INNER JOIN broken_orders ON staged.order_id = broken_orders.order_id
    UNION ALL
    SELECT
        'order_items' AS table_name,
        cast(staged.order_item_id AS text) AS row_key,
        staged.order_id,
        to_jsonb(staged) AS row_data
    FROM stg.order_items AS staged
    INNER JOIN broken_orders ON staged.order_id = broken_orders.order_id
    UNION ALL
    SELECT
        'payments' AS table_name,
        cast(staged.payment_id AS text) AS row_key,
        staged.order_id,
        to_jsonb(staged) AS row_data
    FROM stg.payments AS staged
    INNER JOIN broken_orders ON staged.order_id = broken_orders.order_id
)

-- By hand from here on.
INSERT INTO stg.batch_rejects (table_name, row_key, rule, order_id, row_data)
SELECT
    candidate.table_name,
    candidate.row_key,
    :held AS broken_rule,
    candidate.order_id,
    candidate.row_data
FROM rows_of_orders AS candidate
WHERE NOT EXISTS (
    SELECT
    FROM stg.batch_rejects AS rejected
    WHERE rejected.table_name = candidate.table_name AND rejected.row_key = candidate.row_key
);
