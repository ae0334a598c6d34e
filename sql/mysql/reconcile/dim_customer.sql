-- Purpose: the customers that must stand in dwh.dim_customer in a span of keys.
-- Grain: one row a customer. Key: row_key.
SELECT
    c.customer_id AS row_key,
    CONCAT_WS(
        '|',
        c.customer_id,
        COALESCE(c.region_id, ''),
        c.created_at,
        REPLACE(c.full_name, '\0', '')
    ) AS row_text
FROM customers AS c
WHERE c.customer_id BETWEEN CAST(:low AS SIGNED) AND CAST(:high AS SIGNED);
