-- The newest load that follows the source and has ended, and when the newest release of one was; one row, or none before the first.
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
LIMIT 1
