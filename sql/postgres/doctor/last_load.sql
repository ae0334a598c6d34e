-- The newest load that has ended, and when the newest release was; one row, or none before the first load.
WITH releases AS (
    SELECT max(load_batches.finished_at) AS released_at
    FROM dwh.load_batches
    WHERE load_batches.status = 'released'
)

SELECT
    batches.batch_id,
    batches.status,
    batches.error,
    releases.released_at
FROM dwh.load_batches AS batches
CROSS JOIN releases
WHERE batches.status <> 'running'
ORDER BY batches.batch_id DESC
LIMIT 1
