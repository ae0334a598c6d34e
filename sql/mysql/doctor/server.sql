-- The order system server's version, clock and settings, and the session's account and database.
-- system_clock is NULL if the server does not know its own time zone, in which innodb_trx gives the start of transactions.
-- Grain: one row.
SELECT
    current_user() AS account,
    database() AS database_name,
    version() AS version,
    utc_timestamp(6) AS clock,
    @@system_time_zone AS time_zone,
    convert_tz(utc_timestamp(), '+00:00', 'SYSTEM') AS system_clock,
    @@max_allowed_packet AS max_allowed_packet,
    @@read_only AS is_read_only;
