-- The control sums of all released payments of accepted orders, from the fact alone, without payments that are rejected now.
-- Grain: one row.
-- Needs: stg.batch_rejects from quarantine/hold_orders.sql.
SELECT
    count(*) AS payments,
    sum(f.amount) AS amount
FROM stg.accepted_orders AS o
INNER JOIN dwh.fact_payments AS f ON o.order_id = f.order_id
WHERE
    NOT EXISTS (
        SELECT FROM stg.batch_rejects AS r
        WHERE r.table_name = 'payments' AND cast(r.row_key AS bigint) = f.payment_id
    );
