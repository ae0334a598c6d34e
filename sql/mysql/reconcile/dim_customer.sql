-- The customers that dwh.dim_customer must have in a range of keys.
-- Grain: one row a customer. Key: row_key.
-- Binds: high, low.
SELECT
    c.customer_id AS row_key,
    concat_ws(
        '|',
        c.customer_id,
        coalesce(c.region_id, ''),
        c.created_at,
        replace(c.full_name, '\0', '')
    ) AS row_text
FROM customers AS c
WHERE c.customer_id BETWEEN cast(:low AS signed) AND cast(:high AS signed);
