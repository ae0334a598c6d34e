-- The newest source snapshot that a backfill has released for any of these days; NULL if there is none.
-- An extract older than it would bring back rows that are deleted since. Loads before a new source was accepted do not count.
-- Grain: one row.
-- Binds: end, start.
SELECT max(l.snapshot_at) AS snapshot_at
FROM dwh.backfill_windows AS w
INNER JOIN dwh.load_batches AS l ON w.batch_id = l.batch_id
WHERE
    l.status = 'released'
    AND w.window_start < :end
    AND w.window_end > :start
    AND l.batch_id >= (
        SELECT coalesce(max(n.batch_id), 0)
        FROM dwh.load_batches AS n
        WHERE n.new_source AND n.status IN ('running', 'released')
    );
