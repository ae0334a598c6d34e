-- Purpose: note which load has a window in hand, and the facts that it finds.
-- Grain: one row. Key: backfill_id, window_start.
UPDATE dwh.backfill_windows
SET batch_id = :batch_id, facts_before = cast(:facts AS jsonb), facts_after = NULL
WHERE backfill_id = :backfill_id AND window_start = :start AND window_end = :end;
