-- Records which load works on a window, and the facts before it.
-- Grain: one row a window. Key: backfill_id, window_start.
-- Binds: backfill_id, batch_id, end, facts, start.
UPDATE dwh.backfill_windows
SET batch_id = :batch_id, facts_before = cast(:facts AS jsonb), facts_after = NULL
WHERE backfill_id = :backfill_id AND window_start = :start AND window_end = :end;
