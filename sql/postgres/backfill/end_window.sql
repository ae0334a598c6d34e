-- Purpose: note the facts that a released window has left.
-- Grain: one row. Key: backfill_id, window_start.
UPDATE dwh.backfill_windows
SET facts_after = cast(:facts AS jsonb)
WHERE backfill_id = :backfill_id AND window_start = :start AND batch_id = :batch_id;
