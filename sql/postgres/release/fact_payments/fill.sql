-- Inserts the accepted payments of accepted orders into an empty dwh.fact_payments, without comparing.
-- Grain: one row a payment. Key: payment_id.
-- Binds: batch_id.
INSERT INTO dwh.fact_payments (payment_id, order_id, date_key, customer_key, region_key, method, amount, batch_id)
SELECT
    p.payment_id,
    p.order_id,
    p.date_key,
    p.customer_key,
    p.region_key,
    p.method,
    p.amount,
    :batch_id AS batch_id
FROM stg.payments_to_release AS p;
