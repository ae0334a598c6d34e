-- Removes rows from dwh.fact_payments before the merge; returns how many, and how many of them the source lacks.
-- It removes rows that an accepted order no longer has, and rows that moved away from an order which was not read.
-- It removes rows of orders that the source no longer has, among the requested keys or, read whole, at all.
-- A rejected row counts as present: what was released of it is kept.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row of the fact. Key: payment_id.
-- Binds: is_whole.
-- Needs: stg.requested_keys from staging/write_requested_keys.sql.
CREATE TEMPORARY TABLE gone_payments ON COMMIT DROP AS
-- A left join without a match: the source no longer has the row.
SELECT
    f.payment_id,
    s.payment_id IS NULL AS is_missing
FROM stg.accepted_orders AS o
INNER JOIN dwh.fact_payments AS f ON o.order_id = f.order_id
LEFT JOIN stg.payments AS s ON f.payment_id = s.payment_id
WHERE s.order_id IS DISTINCT FROM f.order_id
UNION ALL
-- A left join without a match: the order was not read, so none of its rows is in quarantine. It keeps its rows, except those whose
-- staged row names another order. That other order may be held.
SELECT
    f.payment_id,
    FALSE AS is_missing
FROM stg.payments AS s
INNER JOIN dwh.fact_payments AS f ON s.payment_id = f.payment_id
LEFT JOIN stg.orders AS o ON f.order_id = o.order_id
WHERE NOT :is_whole AND o.order_id IS NULL AND s.order_id IS DISTINCT FROM f.order_id
UNION ALL
-- Left joins without a match: the order is among the requested keys and the source no longer has it, and its row is not staged.
SELECT
    f.payment_id,
    TRUE AS is_missing
FROM stg.requested_keys AS requested
INNER JOIN dwh.fact_payments AS f ON requested.source_key = f.order_id
LEFT JOIN stg.orders AS o ON f.order_id = o.order_id
LEFT JOIN stg.payments AS s ON f.payment_id = s.payment_id
WHERE NOT :is_whole AND requested.table_name = 'orders' AND o.order_id IS NULL AND s.payment_id IS NULL
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
