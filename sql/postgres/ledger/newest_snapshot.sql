-- Purpose: the newest instant of the source that loads of the given modes released; NULL before the first of them.
-- Grain: one row.
SELECT max(b.snapshot_at) AS snapshot_at
FROM dwh.load_batches AS b
WHERE b.status = 'released' AND b.mode = any(:modes);
