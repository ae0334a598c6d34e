-- Who holds the load lock: one row, or none when it was freed meanwhile.
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
    AND ((held.classid::bigint << 32) | held.objid::bigint) = :key
