-- The newest backfill of this range and window size, if a window of it is not released yet: the one to resume.
-- Grain: one row, or none. Key: backfill_id.
-- Binds: end, size, start.
WITH newest AS (
    SELECT max(b.backfill_id) AS backfill_id
    FROM dwh.backfills AS b
    WHERE b.range_start = :start AND b.range_end = :end AND b.window_size = :size
)

SELECT newest.backfill_id
FROM newest
WHERE
    EXISTS (
        -- A left join without a match: the window has not begun.
        SELECT
        FROM dwh.backfill_windows AS w
        LEFT JOIN dwh.load_batches AS l ON w.batch_id = l.batch_id
        WHERE w.backfill_id = newest.backfill_id AND l.status IS DISTINCT FROM 'released'
    );
