-- The start, in UTC, of the oldest statement of another session that may still write; NULL if there is none.
-- A statement that waits for a lock of its table, or computes, stamps rows with its start, and is in no list of transactions before it
-- touches a row. A SELECT is not counted, nor is what a replica applies. The account needs PROCESS.
-- Grain: one row.
SELECT min(utc_timestamp(6) - INTERVAL coalesce(running.time, 0) + 1 SECOND) AS oldest_statement
FROM information_schema.processlist AS running
WHERE
    running.id <> connection_id()
    AND running.user <> 'system user'
    AND (running.info IS NOT NULL OR running.command IN ('Query', 'Execute'))
    -- Comments before the word are skipped, but not those that the server executes.
    AND coalesce(running.info, '') NOT REGEXP '^([^a-z/]|/[*][^!M*]([^*]|[*][^/])*[*]/)*(select|show)[^a-z_]';
