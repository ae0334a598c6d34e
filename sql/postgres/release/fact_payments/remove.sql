-- Purpose: take out of dwh.fact_payments the payments that an accepted order no longer has and, when the source was read whole, those of
-- orders it no longer has. A rejected payment is still there: what was released of it stays. Returns how many; the source lacks them all.
-- Grain: one row a payment. Key: payment_id.
WITH gone AS (
    -- A left join without a match: the order no longer has the payment; the source no longer has the order.
    SELECT f.payment_id
    FROM stg.accepted_orders AS o
    INNER JOIN dwh.fact_payments AS f ON o.order_id = f.order_id
    LEFT JOIN stg.payments AS p ON f.payment_id = p.payment_id AND f.order_id = p.order_id
    WHERE p.payment_id IS NULL
    UNION ALL
    SELECT f.payment_id
    FROM dwh.fact_payments AS f
    LEFT JOIN stg.orders AS o ON f.order_id = o.order_id
    WHERE :is_whole AND o.order_id IS NULL
),

removed AS (
    DELETE FROM dwh.fact_payments AS f
    USING gone
    WHERE f.payment_id = gone.payment_id
    RETURNING f.payment_id
)

SELECT
    count(*) AS removed,
    count(*) AS missing
FROM removed;
