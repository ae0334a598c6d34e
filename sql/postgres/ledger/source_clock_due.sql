-- What the source's clock must show by now, counted on the warehouse's clock from the newest release of a load that follows the source:
-- one row, or none before the first.
-- Such a load begins before it reads the source, so this is rather too late than too early; too early only when the newest release was a
-- retried run's, whose extract an earlier batch had read. A backfill may read the source long before its batch begins: it says nothing.
SELECT released.snapshot_at + (clock_timestamp() - released.started_at) AS clock_due
FROM dwh.load_batches AS released
WHERE released.status = 'released' AND released.mode = any(:following)
ORDER BY released.snapshot_at DESC
LIMIT 1
