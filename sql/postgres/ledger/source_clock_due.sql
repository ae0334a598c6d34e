-- The time that the source's clock must have reached: the snapshot of the newest release plus the time since that load began.
-- A load begins before it reads the source, so the result is rather too late than too early.
-- It is too early only after the release of a retried run, whose extract an earlier batch had read.
-- Backfills do not count: one may read the source long before its batch begins. Nor do loads before a new source was accepted.
-- Grain: one row, or none before the first release.
-- Binds: following.
SELECT released.snapshot_at + (clock_timestamp() - released.started_at) AS clock_due
FROM dwh.load_batches AS released
WHERE
    released.status = 'released'
    AND released.mode = any(:following)
    AND released.batch_id >= (
        SELECT coalesce(max(accepting.batch_id), 0)
        FROM dwh.load_batches AS accepting
        WHERE accepting.new_source AND accepting.status IN ('running', 'released')
    )
ORDER BY released.snapshot_at DESC
LIMIT 1;
