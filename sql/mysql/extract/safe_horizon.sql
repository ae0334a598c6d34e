-- The transactions that may still commit rows which are stamped already. One row: the start, in UTC, of the oldest one still open that
-- has written, waits, or is running a statement (NULL if none), and whether the list is younger than this session's own transaction.
-- Needs PROCESS. InnoDB answers from a list that it makes anew only when nobody has read it for 0.1 s: whoever asks more often is told,
-- for as long as he does, of transactions that are long gone, and of none that came since.
-- trx_started has whole seconds in the operating system's time zone; of the hour that an autumn night runs through twice,
-- the earlier reading is taken.
SELECT
    MIN(
        CASE
            WHEN
                trx_mysql_thread_id = CONNECTION_ID()
                OR trx_is_read_only = 1
                OR (trx_rows_modified = 0 AND trx_rows_locked = 0 AND trx_query IS NULL)
                THEN NULL
            WHEN CONVERT_TZ(CONVERT_TZ(trx_started, 'SYSTEM', '+00:00') - INTERVAL 1 HOUR, '+00:00', 'SYSTEM') = trx_started
                THEN CONVERT_TZ(trx_started, 'SYSTEM', '+00:00') - INTERVAL 1 HOUR
            ELSE CONVERT_TZ(trx_started, 'SYSTEM', '+00:00')
        END
    ) AS oldest_writer,
    COUNT(CASE WHEN trx_mysql_thread_id = CONNECTION_ID() THEN 1 END) AS is_young
FROM information_schema.innodb_trx;
