-- What the order system's server says of itself and of this session; one row.
-- system_clock is NULL where the server does not know its own time zone, in which innodb_trx tells the start of transactions.
SELECT
    CURRENT_USER() AS account,
    DATABASE() AS database_name,
    VERSION() AS version,
    UTC_TIMESTAMP(6) AS clock,
    @@system_time_zone AS time_zone,
    CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', 'SYSTEM') AS system_clock,
    @@max_allowed_packet AS max_allowed_packet,
    @@read_only AS is_read_only;
