-- Purpose: the payments that must stand in dwh.fact_payments in a span of keys.
-- Grain: one row a payment. Key: row_key.
SELECT
    p.payment_id AS row_key,
    CONCAT_WS(
        '|',
        p.payment_id,
        o.order_id,
        o.customer_id,
        o.region_id,
        COALESCE(DATE(p.paid_at) + 0, ''),
        p.amount,
        REPLACE(p.method, '\0', '')
    ) AS row_text
FROM payments AS p
INNER JOIN orders AS o ON p.order_id = o.order_id
WHERE p.payment_id BETWEEN CAST(:low AS SIGNED) AND CAST(:high AS SIGNED);
