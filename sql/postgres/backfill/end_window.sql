-- Records the facts of a window after its release.
-- Grain: one row a window. Key: backfill_id, window_start.
-- Binds: backfill_id, batch_id, facts, start.
UPDATE dwh.backfill_windows
SET facts_after = cast(:facts AS jsonb)
WHERE backfill_id = :backfill_id AND window_start = :start AND batch_id = :batch_id;
