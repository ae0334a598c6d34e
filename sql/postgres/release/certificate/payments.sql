-- How many accepted rows of payments were merged, unchanged or excluded, and the control sums that dwh.fact_payments must have.
-- The sums come from the staged columns, unless a measure has a price that the fact alone has kept.
-- A left join without a match: the row was not released.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row.
-- Binds: batch_id.
SELECT
    count(*) FILTER (WHERE fact_payments.batch_id = :batch_id) AS merged,
    count(*) FILTER (WHERE fact_payments.batch_id <> :batch_id) AS unchanged,
    0 AS excluded,
    count(*) AS payments,
    sum(payments.amount) AS amount
FROM stg.accepted_payments AS payments
LEFT JOIN dwh.fact_payments ON payments.payment_id = fact_payments.payment_id AND payments.order_id = fact_payments.order_id;
