-- The control sums of all released rows of accepted orders, from dwh.fact_payments alone, without rows that are rejected now.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
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
