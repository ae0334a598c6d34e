-- The start, in UTC, of the oldest transaction that may still commit rows with an earlier updated_at, and whether the list is current.
-- Such a transaction is open and has written, waits or runs a statement. The start is NULL if there is none.
-- The list is current if it has this session's own transaction. InnoDB renews it only when nobody has read it for 0.1 s:
-- a session that reads more often sees transactions that have ended, and none that began since. The account needs PROCESS.
-- A prepared transaction without a session (an orphan) seems to begin with each restart of the server: how old it is cannot be known.
-- trx_started has whole seconds in the operating system's time zone. An hour that an autumn night has twice is read as the earlier one.
-- Grain: one row.
SELECT
    min(
        CASE
            WHEN
                trx_mysql_thread_id = connection_id()
                OR trx_is_read_only = 1
                OR (trx_rows_modified = 0 AND trx_rows_locked = 0 AND trx_query IS NULL)
                THEN NULL
            WHEN convert_tz(convert_tz(trx_started, 'SYSTEM', '+00:00') - INTERVAL 1 HOUR, '+00:00', 'SYSTEM') = trx_started
                THEN convert_tz(trx_started, 'SYSTEM', '+00:00') - INTERVAL 1 HOUR
            ELSE convert_tz(trx_started, 'SYSTEM', '+00:00')
        END
    ) AS oldest_writer,
    count(CASE WHEN trx_mysql_thread_id = connection_id() THEN 1 END) AS is_young,
    count(CASE WHEN trx_mysql_thread_id = 0 AND trx_is_read_only = 0 AND trx_state <> 'ROLLING BACK' THEN 1 END) AS orphans
FROM information_schema.innodb_trx;
