-- The session that holds the load lock.
-- Grain: one row, or none if the lock is free again.
-- Binds: key.
SELECT
    activity.application_name,
    activity.backend_start AS since,
    coalesce(host(activity.client_addr), 'this host') AS client
FROM pg_locks AS held
INNER JOIN pg_stat_activity AS activity ON held.pid = activity.pid AND held.database = activity.datid
WHERE
    held.locktype = 'advisory'
    AND held.granted
    AND activity.datname = current_database()
    AND ((cast(held.classid AS bigint) << 32) | cast(held.objid AS bigint)) = :key;
