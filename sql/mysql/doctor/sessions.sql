-- The sessions and threads of the server. Without PROCESS, only those of the session's own account.
-- It is no SELECT: MySQL deprecates the table in information_schema, and MariaDB lacks the one in performance_schema.
-- Grain: one row a session.
SHOW PROCESSLIST;
