-- The progress of a backfill: its windows, their newest loads, and the facts before and after.
-- A left join without a match: the window has not begun.
-- Grain: one row a window. Key: window_start.
-- Binds: backfill_id.
SELECT
    w.window_start,
    w.window_end,
    w.batch_id,
    coalesce(l.status, 'waiting') AS status,
    l.error,
    l.certificate,
    w.facts_before,
    w.facts_after
FROM dwh.backfill_windows AS w
LEFT JOIN dwh.load_batches AS l ON w.batch_id = l.batch_id
WHERE w.backfill_id = :backfill_id
ORDER BY w.window_start;
