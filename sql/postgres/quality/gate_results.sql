-- Purpose: what the gate found in the loads of the past year, for the Data Docs.
-- Grain: one row a load that the gate has judged, the newest first.
-- Key: batch_id.
SELECT
    batch_id,
    mode,
    status,
    gate,
    severity_overrides
FROM dwh.load_batches
WHERE gate IS NOT NULL AND started_at > CURRENT_TIMESTAMP - INTERVAL '1 year'
ORDER BY batch_id DESC;
