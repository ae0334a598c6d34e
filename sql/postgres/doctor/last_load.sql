-- The newest load in one of the given modes that has ended, and when a load in one of them was last released.
-- Grain: one row, or none before the first load. Key: batch_id.
-- Binds: following.
WITH releases AS (
    SELECT max(load_batches.finished_at) AS released_at
    FROM dwh.load_batches
    WHERE load_batches.status = 'released' AND load_batches.mode = any(:following)
)

SELECT
    batches.batch_id,
    batches.status,
    batches.error,
    releases.released_at
FROM dwh.load_batches AS batches
CROSS JOIN releases
WHERE batches.status NOT IN ('running', 'checked') AND batches.mode = any(:following)
ORDER BY batches.batch_id DESC
LIMIT 1;
