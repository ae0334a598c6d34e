-- Purpose: one window of a new backfill.
-- Grain: one row. Key: backfill_id, window_start.
INSERT INTO dwh.backfill_windows (backfill_id, window_start, window_end)
VALUES (:backfill_id, :start, :end);
