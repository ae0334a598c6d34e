-- The rows of customers that dwh.dim_customer must have in a range of keys.
-- The text must equal that of sql/postgres/reconcile/dim_customer.sql byte for byte.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row a source row. Key: row_key.
-- Binds: high, low.
SELECT
    customers.customer_id AS row_key,
    concat_ws(
        '|',
        customers.customer_id,
        coalesce(customers.region_id, ''),
        customers.created_at,
        replace(customers.full_name, '\0', '')
    ) AS row_text
FROM customers
WHERE customers.customer_id BETWEEN cast(:low AS signed) AND cast(:high AS signed);
