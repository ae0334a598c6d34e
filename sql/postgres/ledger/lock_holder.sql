-- Who holds the load lock: one row, or none when it was freed meanwhile.
SELECT
    activity.application_name,
    activity.backend_start AS since,
    coalesce(host(activity.client_addr), 'this host') AS client
FROM pg_locks AS locks
INNER JOIN pg_stat_activity AS activity ON locks.pid = activity.pid
WHERE
    locks.locktype = 'advisory'
    AND locks.granted
    AND locks.database = (SELECT pg_database.oid FROM pg_database WHERE pg_database.datname = current_database())
    AND ((locks.classid::bigint << 32) | locks.objid::bigint) = :key
