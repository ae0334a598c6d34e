-- The orders and customers that the facts of a range of days name, without the end day.
-- Grain: one row a key. Key: table_name, source_key.
-- Binds: end_key, start_key.
WITH facts AS (
    SELECT
        f.order_id,
        f.customer_key
    FROM dwh.fact_sales AS f
    WHERE f.date_key >= :start_key AND f.date_key < :end_key
    UNION
    SELECT
        f.order_id,
        f.customer_key
    FROM dwh.fact_payments AS f
    WHERE f.date_key >= :start_key AND f.date_key < :end_key
)

SELECT
    'orders' AS table_name,
    facts.order_id AS source_key
FROM facts
UNION
SELECT
    'customers' AS table_name,
    c.customer_id AS source_key
FROM facts
INNER JOIN dwh.dim_customer AS c ON facts.customer_key = c.customer_key
WHERE c.customer_id IS NOT NULL;
