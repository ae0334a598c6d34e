-- What the gate found in the loads of the past year, newest first, for the Data Docs.
-- Grain: one row a load that the gate has judged. Key: batch_id.
SELECT
    batch_id,
    mode,
    status,
    gate,
    severity_overrides
FROM dwh.load_batches
WHERE gate IS NOT NULL AND started_at > current_timestamp - interval '1 year'
ORDER BY batch_id DESC;
