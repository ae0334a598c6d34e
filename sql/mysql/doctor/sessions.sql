-- The server's sessions and threads; one row each. Without PROCESS, only those of the session's own account.
-- A statement of its own: MySQL deprecates the table in information_schema, and MariaDB lacks the one in performance_schema.
SHOW PROCESSLIST;
