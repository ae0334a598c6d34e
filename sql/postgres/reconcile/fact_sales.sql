-- The order lines of dwh.fact_sales in a range of keys, with source keys instead of surrogate keys.
-- Left joins without a match: the fact names a member that does not exist; the source never has that, so the rows differ.
-- Grain: one row an order line. Key: row_key.
-- Binds: high, low.
SELECT
    f.order_item_id AS row_key,
    concat_ws(
        '|',
        f.order_item_id,
        f.order_id,
        coalesce(cast(p.product_id AS text), ''),
        coalesce(cast(c.customer_id AS text), ''),
        CASE WHEN f.employee_key = 0 THEN '' ELSE coalesce(cast(e.employee_id AS text), '?') END,
        coalesce(cast(r.region_id AS text), ''),
        f.date_key,
        f.quantity,
        f.revenue,
        f.discount_amount,
        f.order_status
    ) AS row_text
FROM dwh.fact_sales AS f
LEFT JOIN dwh.dim_product AS p ON f.product_key = p.product_key
LEFT JOIN dwh.dim_customer AS c ON f.customer_key = c.customer_key
LEFT JOIN dwh.dim_employee AS e ON f.employee_key = e.employee_key
LEFT JOIN dwh.dim_region AS r ON f.region_key = r.region_key
WHERE f.order_item_id BETWEEN cast(:low AS bigint) AND cast(:high AS bigint);
