-- The privileges of the session's account on this database beyond reading.
-- Database names in grants are LIKE patterns. The server does not list privileges that come with a role.
-- Grain: one row a privilege. Key: privilege.
SELECT granted.privilege_type AS privilege
FROM (
    SELECT
        grantee,
        privilege_type
    FROM information_schema.user_privileges
    UNION DISTINCT
    SELECT
        grantee,
        privilege_type
    FROM information_schema.schema_privileges
    WHERE database() LIKE table_schema
    UNION DISTINCT
    SELECT
        grantee,
        privilege_type
    FROM information_schema.table_privileges
    WHERE table_schema = database()
) AS granted
WHERE
    granted.grantee = concat('''', replace(current_user(), '@', '''@'''), '''')
    AND granted.privilege_type NOT IN ('USAGE', 'SELECT', 'PROCESS', 'SHOW VIEW', 'SHOW DATABASES')
ORDER BY granted.privilege_type;
