-- Closes a batch that is not released.
-- Grain: one row a load. Key: batch_id.
-- Binds: batch_id, error, status, verdict.
UPDATE dwh.load_batches
SET
    status = :status,
    verdict = :verdict,
    error = :error,
    finished_at = clock_timestamp()
WHERE batch_id = :batch_id AND status = 'running';
