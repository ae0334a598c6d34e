-- How many accepted payments were merged or unchanged, and their control sums from the staged columns.
-- A left join without a match: the payment was not released.
-- Grain: one row.
-- Binds: batch_id.
SELECT
    count(*) FILTER (WHERE f.batch_id = :batch_id) AS merged,
    count(*) FILTER (WHERE f.batch_id <> :batch_id) AS unchanged,
    0 AS excluded,
    count(*) AS payments,
    sum(p.amount) AS amount
FROM stg.accepted_payments AS p
LEFT JOIN dwh.fact_payments AS f ON p.payment_id = f.payment_id AND p.order_id = f.order_id;
