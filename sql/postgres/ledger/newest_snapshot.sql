-- The newest source snapshot among released loads in the given modes; NULL before the first of them.
-- Grain: one row.
-- Binds: modes.
SELECT max(b.snapshot_at) AS snapshot_at
FROM dwh.load_batches AS b
WHERE b.status = 'released' AND b.mode = any(:modes);
