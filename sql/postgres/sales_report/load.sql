-- The newest released load, whose figures the sales report shows.
-- Grain: one row, or none before the first release. Key: batch_id.
SELECT
    b.batch_id,
    b.mode,
    b.snapshot_at,
    b.finished_at,
    b.verdict,
    b.certificate
FROM dwh.load_batches AS b
WHERE b.status = 'released'
ORDER BY b.batch_id DESC
LIMIT 1;
