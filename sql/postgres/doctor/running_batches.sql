-- The loads that the ledger says are running.
-- Grain: one row a load. Key: batch_id.
SELECT batch_id
FROM dwh.load_batches
WHERE status = 'running'
ORDER BY batch_id;
