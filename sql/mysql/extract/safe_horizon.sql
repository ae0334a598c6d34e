-- The safe horizon: every change stamped before it is committed, so a snapshot opened after this statement holds it.
-- One row: the source's clock, and the start of the oldest transaction still open that has written, waits, or is running
-- a statement (NULL if none), both in UTC. Needs PROCESS.
-- trx_started has whole seconds in the operating system's time zone; of the hour that an autumn night runs through twice,
-- the earlier reading is taken. A second is taken off the clock: InnoDB may answer from a list 0.1 s old.
SELECT
    UTC_TIMESTAMP(6) - INTERVAL 1 SECOND AS clock,
    MIN(
        CASE
            WHEN CONVERT_TZ(CONVERT_TZ(trx_started, 'SYSTEM', '+00:00') - INTERVAL 1 HOUR, '+00:00', 'SYSTEM') = trx_started
                THEN CONVERT_TZ(trx_started, 'SYSTEM', '+00:00') - INTERVAL 1 HOUR
            ELSE CONVERT_TZ(trx_started, 'SYSTEM', '+00:00')
        END
    ) AS oldest_writer
FROM information_schema.innodb_trx
WHERE
    trx_mysql_thread_id <> CONNECTION_ID()
    AND trx_is_read_only = 0
    AND (trx_rows_modified > 0 OR trx_rows_locked > 0 OR trx_query IS NOT NULL);
