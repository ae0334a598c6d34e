-- The warehouse server's version and clock, and the session's role and database.
-- Grain: one row.
SELECT
    logged_in.rolname AS role_name,
    logged_in.rolsuper AS is_unrestricted,
    current_database() AS database_name,
    current_setting('server_version') AS version_text,
    cast(current_setting('server_version_num') AS integer) AS version_number,
    clock_timestamp() AS clock
FROM pg_roles AS logged_in
WHERE logged_in.rolname = current_user;
