-- Purpose: the newest instant of the source that was ever released; NULL before the first release.
-- Grain: one row.
SELECT max(b.snapshot_at) AS snapshot_at
FROM dwh.load_batches AS b
WHERE b.status = 'released';
