-- Adds one window to a new backfill.
-- Grain: one row a window. Key: backfill_id, window_start.
-- Binds: backfill_id, end, start.
INSERT INTO dwh.backfill_windows (backfill_id, window_start, window_end)
VALUES (:backfill_id, :start, :end);
