-- The payments that dwh.fact_payments must have in a range of keys.
-- Grain: one row a payment. Key: row_key.
-- Binds: high, low.
SELECT
    p.payment_id AS row_key,
    concat_ws(
        '|',
        p.payment_id,
        o.order_id,
        o.customer_id,
        o.region_id,
        coalesce(date(p.paid_at) + 0, ''),
        p.amount,
        replace(p.method, '\0', '')
    ) AS row_text
FROM payments AS p
INNER JOIN orders AS o ON p.order_id = o.order_id
WHERE p.payment_id BETWEEN cast(:low AS signed) AND cast(:high AS signed);
