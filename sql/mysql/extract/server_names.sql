-- What names the server, and how far its log is. MySQL has server_uuid and gtid_executed, MariaDB server_uid and gtid_binlog_pos.
-- Grain: one row a variable. Key: variable_name.
SHOW GLOBAL VARIABLES
WHERE variable_name IN ('server_uuid', 'server_uid', 'hostname', 'port', 'gtid_executed', 'gtid_binlog_pos');
