-- The rows of dwh.fact_sales in a range of keys with source keys instead of surrogate keys.
-- Left joins without a match: the row names a member that does not exist; the source never has that, so the rows differ.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row of dwh.fact_sales. Key: row_key.
-- Binds: high, low.
SELECT
    fact_sales.order_item_id AS row_key,
    concat_ws(
        '|',
        fact_sales.order_item_id,
        fact_sales.order_id,
        coalesce(cast(dim_product.product_id AS text), ''),
        coalesce(cast(dim_customer.customer_id AS text), ''),
        CASE WHEN fact_sales.employee_key = 0 THEN '' ELSE coalesce(cast(dim_employee.employee_id AS text), '?') END,
        coalesce(cast(dim_region.region_id AS text), ''),
        fact_sales.date_key,
        fact_sales.quantity,
        fact_sales.revenue,
        fact_sales.discount_amount,
        fact_sales.order_status
    ) AS row_text
FROM dwh.fact_sales
LEFT JOIN dwh.dim_product ON fact_sales.product_key = dim_product.product_key
LEFT JOIN dwh.dim_customer ON fact_sales.customer_key = dim_customer.customer_key
LEFT JOIN dwh.dim_employee ON fact_sales.employee_key = dim_employee.employee_key
LEFT JOIN dwh.dim_region ON fact_sales.region_key = dim_region.region_key
WHERE fact_sales.order_item_id BETWEEN cast(:low AS bigint) AND cast(:high AS bigint);
