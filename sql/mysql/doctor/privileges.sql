-- What the session's account may do here beyond reading; one row a privilege; key privilege.
-- Names of databases in grants are LIKE patterns. Privileges that come with a role are not listed by the server.
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
    WHERE DATABASE() LIKE table_schema
    UNION DISTINCT
    SELECT
        grantee,
        privilege_type
    FROM information_schema.table_privileges
    WHERE table_schema = DATABASE()
) AS granted
WHERE
    granted.grantee = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')
    AND granted.privilege_type NOT IN ('USAGE', 'SELECT', 'PROCESS', 'SHOW VIEW', 'SHOW DATABASES')
ORDER BY granted.privilege_type;
