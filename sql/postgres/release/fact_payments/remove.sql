-- Purpose: take out of dwh.fact_payments, before the merge, the payments that an accepted order no longer has, those that moved away from
-- an order which was not read, and those of orders that the source, asked for them or read whole, no longer has. A rejected payment is
-- still there: what was released of it stays. Returns how many, and how many of them the source lacks.
-- Grain: one row a payment. Key: payment_id.
CREATE TEMPORARY TABLE gone_payments ON COMMIT DROP AS
-- A left join without a match: the source no longer has the payment.
SELECT
    f.payment_id,
    p.payment_id IS NULL AS is_missing
FROM stg.accepted_orders AS o
INNER JOIN dwh.fact_payments AS f ON o.order_id = f.order_id
LEFT JOIN stg.payments AS p ON f.payment_id = p.payment_id
WHERE p.order_id IS DISTINCT FROM f.order_id
UNION ALL
-- A left join without a match: the order was not read, so nothing of it is in quarantine, and what it has is as it was, but for
-- payments that say themselves that they moved. The order they moved to may be held.
SELECT
    f.payment_id,
    FALSE AS is_missing
FROM stg.payments AS p
INNER JOIN dwh.fact_payments AS f ON p.payment_id = f.payment_id
LEFT JOIN stg.orders AS o ON f.order_id = o.order_id
WHERE NOT :is_whole AND o.order_id IS NULL AND p.order_id IS DISTINCT FROM f.order_id
UNION ALL
-- Left joins without a match: the source was asked for the order and no longer has it, nor has the payment moved to one that was read.
SELECT
    f.payment_id,
    TRUE AS is_missing
FROM stg.asked_keys AS asked
INNER JOIN dwh.fact_payments AS f ON asked.source_key = f.order_id
LEFT JOIN stg.orders AS o ON f.order_id = o.order_id
LEFT JOIN stg.payments AS p ON f.payment_id = p.payment_id
WHERE NOT :is_whole AND asked.table_name = 'orders' AND o.order_id IS NULL AND p.payment_id IS NULL
UNION ALL
-- A left join without a match: the source no longer has the order.
SELECT
    f.payment_id,
    TRUE AS is_missing
FROM dwh.fact_payments AS f
LEFT JOIN stg.orders AS o ON f.order_id = o.order_id
WHERE :is_whole AND o.order_id IS NULL;

WITH removed AS (
    DELETE FROM dwh.fact_payments AS f
    USING gone_payments AS gone
    WHERE f.payment_id = gone.payment_id
    RETURNING f.payment_id, gone.is_missing
)

SELECT
    count(*) AS removed,
    count(*) FILTER (WHERE removed.is_missing) AS missing
FROM removed;
