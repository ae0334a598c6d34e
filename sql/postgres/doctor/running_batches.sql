-- Loads that the ledger still calls running; key batch_id.
SELECT batch_id
FROM dwh.load_batches
WHERE status = 'running'
ORDER BY batch_id
