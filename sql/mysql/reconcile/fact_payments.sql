-- The rows of payments that dwh.fact_payments must have in a range of keys.
-- The text must equal that of sql/postgres/reconcile/fact_payments.sql byte for byte.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row a source row. Key: row_key.
-- Binds: high, low.
SELECT
    payments.payment_id AS row_key,
    concat_ws(
        '|',
        payments.payment_id,
        orders.order_id,
        orders.customer_id,
        orders.region_id,
        coalesce(date(payments.paid_at) + 0, ''),
        payments.amount,
        replace(payments.method, '\0', '')
    ) AS row_text
FROM payments
INNER JOIN orders ON payments.order_id = orders.order_id
WHERE payments.payment_id BETWEEN cast(:low AS signed) AND cast(:high AS signed);
