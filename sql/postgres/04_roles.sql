-- Creates the roles of the warehouse and sets owners and privileges. Safe to repeat, by an administrator or by techmarket_etl.
-- techmarket_etl loads, and owns dwh and stg. techmarket_bi reads dwh and nothing else.
-- Roles belong to the whole server. `techmarket bootstrap` sets the passwords, never a file.

DO $$
BEGIN
    IF to_regrole('techmarket_etl') IS NULL THEN
        CREATE ROLE techmarket_etl LOGIN;
    END IF;
    IF to_regrole('techmarket_bi') IS NULL THEN
        CREATE ROLE techmarket_bi LOGIN CONNECTION LIMIT 20;
    END IF;
END
$$;

-- An administrator who is no superuser must be a member of the role to transfer ownership to it.
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'techmarket_etl', 'USAGE') THEN
        GRANT techmarket_etl TO CURRENT_USER;
    END IF;
END
$$;

-- The analysts' limits. A role may change its own settings, so every run sets a limit again that is gone or switched off.
-- It keeps a limit that an administrator changed to another value.
DO $$
DECLARE
    missing record;
BEGIN
    IF NOT (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) THEN
        RETURN;
    END IF;
    FOR missing IN
        SELECT
            wanted.setting,
            wanted.bound,
            coalesce(bool_or(given.is_off AND given.database_name IS NOT NULL), FALSE) AS is_off_here,
            coalesce(bool_or(given.is_off AND given.database_name IS NULL), FALSE) AS is_off_everywhere,
            coalesce(bool_and(given.is_off), TRUE) AS is_gone
        FROM (
            VALUES
            ('default_transaction_read_only', 'on'),
            ('statement_timeout', '10min'),
            -- A report left open would hold back vacuum, and with it every load.
            ('idle_in_transaction_session_timeout', '10min'),
            -- Marts sort and hash tens of thousands of rows.
            ('work_mem', '32MB')
        ) AS wanted (setting, bound)
        -- A left join without a match: the role has no such setting, neither for all databases nor for one.
        LEFT JOIN (
            SELECT
                d.datname AS database_name,
                split_part(entry.setting, '=', 1) AS setting,
                -- 0, or one of the spellings of off: off, false, no, or an unambiguous prefix of them.
                split_part(entry.setting, '=', 2) ~* '^(0|of|f|n)' AS is_off
            FROM pg_db_role_setting AS s
            LEFT JOIN pg_database AS d ON s.setdatabase = d.oid
            CROSS JOIN unnest(s.setconfig) AS entry (setting)
            WHERE s.setrole = to_regrole('techmarket_bi') AND (s.setdatabase = 0 OR d.datname = current_database())
        ) AS given ON wanted.setting = given.setting
        GROUP BY wanted.setting, wanted.bound
    LOOP
        IF missing.is_off_here THEN
            EXECUTE format('ALTER ROLE techmarket_bi IN DATABASE %I RESET %I', current_database(), missing.setting);
        END IF;
        IF missing.is_off_everywhere OR missing.is_gone THEN
            EXECUTE format('ALTER ROLE techmarket_bi SET %I = %L', missing.setting, missing.bound);
        END IF;
    END LOOP;
END
$$;

-- Everybody may call advisory locks and functions that write large objects, but only the load needs them here: one lock keeps a second
-- load out. These functions belong to the superuser. The privileges apply to this database alone.
DO $$
DECLARE
    routine record;
BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RETURN;
    END IF;
    FOR routine IN
        SELECT cast(p.oid AS regprocedure) AS signature
        FROM pg_proc AS p
        WHERE
            p.pronamespace = cast('pg_catalog' AS regnamespace)
            AND (p.proname ~ '^pg_(try_)?advisory_' OR p.proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_put', 'lo_open', 'lowrite'))
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', routine.signature);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO techmarket_etl', routine.signature);
    END LOOP;
END
$$;

-- Only the database's owner or a superuser can set the privileges on it.
DO $$
DECLARE
    database_owner oid := (SELECT datdba FROM pg_database WHERE datname = current_database());
BEGIN
    IF pg_has_role(current_user, database_owner, 'USAGE') THEN
        EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
        EXECUTE format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %I TO techmarket_etl', current_database());
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO techmarket_bi', current_database());
    END IF;
    IF pg_has_role(current_user, (SELECT nspowner FROM pg_namespace WHERE nspname = 'public'), 'USAGE') THEN
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    END IF;
END
$$;

-- Everything in dwh and stg belongs to techmarket_etl, no matter which role created it.
DO $$
DECLARE
    relation record;
    routine record;
BEGIN
    ALTER SCHEMA dwh OWNER TO techmarket_etl;
    ALTER SCHEMA stg OWNER TO techmarket_etl;
    FOR relation IN
        SELECT n.nspname AS schema_name, c.relname AS relation_name
        FROM pg_class AS c
        INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
        WHERE n.nspname IN ('dwh', 'stg') AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relowner <> to_regrole('techmarket_etl')
    LOOP
        EXECUTE format('ALTER TABLE %I.%I OWNER TO techmarket_etl', relation.schema_name, relation.relation_name);
    END LOOP;
    FOR routine IN
        SELECT cast(p.oid AS regprocedure) AS signature
        FROM pg_proc AS p
        INNER JOIN pg_namespace AS n ON p.pronamespace = n.oid
        WHERE n.nspname IN ('dwh', 'stg') AND p.proowner <> to_regrole('techmarket_etl')
    LOOP
        EXECUTE format('ALTER ROUTINE %s OWNER TO techmarket_etl', routine.signature);
    END LOOP;
END
$$;

REVOKE ALL ON SCHEMA dwh, stg FROM public;
GRANT USAGE ON SCHEMA dwh TO techmarket_bi;
GRANT SELECT ON ALL TABLES IN SCHEMA dwh TO techmarket_bi;
ALTER DEFAULT PRIVILEGES FOR ROLE techmarket_etl IN SCHEMA dwh GRANT SELECT ON TABLES TO techmarket_bi;
