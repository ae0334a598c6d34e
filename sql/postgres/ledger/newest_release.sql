-- The newest released batch; NULL before the first.
-- Grain: one row.
SELECT max(batch_id) AS batch_id
FROM dwh.load_batches
WHERE status = 'released';
