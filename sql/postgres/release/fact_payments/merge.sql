-- Merges the accepted payments of accepted orders that are new or differ into dwh.fact_payments, whatever the order's status.
-- Grain: one row a payment. Key: payment_id.
-- Binds: batch_id.
CREATE TEMPORARY TABLE changed_payments ON COMMIT DROP AS
-- A left join without a match: the payment is new.
SELECT
    p.payment_id,
    p.order_id,
    p.date_key,
    p.customer_key,
    p.region_key,
    p.method,
    p.amount
FROM stg.payments_to_release AS p
LEFT JOIN dwh.fact_payments AS was ON p.payment_id = was.payment_id
WHERE
    (was.order_id, was.date_key, was.customer_key, was.region_key, was.method, was.amount)
    IS DISTINCT FROM (p.order_id, p.date_key, p.customer_key, p.region_key, p.method, p.amount);

MERGE INTO dwh.fact_payments AS f
USING changed_payments AS changed
    ON f.payment_id = changed.payment_id
WHEN MATCHED THEN
    UPDATE SET
        order_id = changed.order_id,
        date_key = changed.date_key,
        customer_key = changed.customer_key,
        region_key = changed.region_key,
        method = changed.method,
        amount = changed.amount,
        batch_id = :batch_id
WHEN NOT MATCHED THEN
    INSERT (payment_id, order_id, date_key, customer_key, region_key, method, amount, batch_id)
    VALUES (
        changed.payment_id, changed.order_id, changed.date_key, changed.customer_key, changed.region_key, changed.method, changed.amount,
        :batch_id
    );
