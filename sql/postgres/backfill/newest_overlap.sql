-- Purpose: the newest instant of the source that a window of any backfill which has days in common with this one has released; NULL where
-- there is none. What such a window found deleted, an older extract would bring back.
-- Grain: one row.
SELECT max(l.snapshot_at) AS snapshot_at
FROM dwh.backfill_windows AS w
INNER JOIN dwh.load_batches AS l ON w.batch_id = l.batch_id
WHERE l.status = 'released' AND w.window_start < :end AND w.window_end > :start;
