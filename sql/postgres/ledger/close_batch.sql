-- End a batch that does not release.
UPDATE dwh.load_batches
SET
    status = :status,
    verdict = :verdict,
    error = :error,
    finished_at = clock_timestamp()
WHERE batch_id = :batch_id AND status = 'running'
