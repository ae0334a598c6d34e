-- Counts and hashes the facts of a range of days, without the end day.
-- The hash covers all columns but batch_id, with source keys instead of surrogate keys.
-- The hashes of rows are summed: their order does not matter, and the hashes of windows can be added.
-- Grain: one row.
-- Binds: end_key, start_key.
WITH hashed AS (
    -- Left joins without a match: the fact names a member that does not exist; the fact must count all the same.
    SELECT
        'sale' AS fact,
        md5(
            cast((
                f.order_item_id, f.order_id, f.date_key, p.product_id, c.customer_id, e.employee_id, r.region_id, f.order_status,
                f.quantity, f.unit_cost, f.revenue, f.discount_amount, f.cost, f.margin
            ) AS text)
        ) AS digest
    FROM dwh.fact_sales AS f
    LEFT JOIN dwh.dim_product AS p ON f.product_key = p.product_key
    LEFT JOIN dwh.dim_customer AS c ON f.customer_key = c.customer_key
    LEFT JOIN dwh.dim_employee AS e ON f.employee_key = e.employee_key
    LEFT JOIN dwh.dim_region AS r ON f.region_key = r.region_key
    WHERE f.date_key >= :start_key AND f.date_key < :end_key
    UNION ALL
    SELECT
        'payment' AS fact,
        md5(cast((f.payment_id, f.order_id, f.date_key, c.customer_id, r.region_id, f.method, f.amount) AS text)) AS digest
    FROM dwh.fact_payments AS f
    LEFT JOIN dwh.dim_customer AS c ON f.customer_key = c.customer_key
    LEFT JOIN dwh.dim_region AS r ON f.region_key = r.region_key
    WHERE f.date_key >= :start_key AND f.date_key < :end_key
)

SELECT
    count(*) FILTER (WHERE hashed.fact = 'sale') AS sales,
    count(*) FILTER (WHERE hashed.fact = 'payment') AS payments,
    coalesce(sum(cast(cast('x' || substr(hashed.digest, 1, 16) AS bit(64)) AS bigint)), 0) AS high,
    coalesce(sum(cast(cast('x' || substr(hashed.digest, 17) AS bit(64)) AS bigint)), 0) AS low
FROM hashed;
