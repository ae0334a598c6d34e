-- Purpose: the roles of the warehouse, who owns what, and who may read what. Safe to run again, by an administrator or by techmarket_etl.
-- Grain: one role a kind of use: techmarket_etl loads and owns dwh and stg, techmarket_bi reads dwh and nothing else.
-- Key: the role's name. Roles belong to the whole server; passwords are set by `techmarket bootstrap`, never by a file.

-- Settings of a role are given once, so that what an administrator changes later stays.
DO $$
BEGIN
    IF to_regrole('techmarket_etl') IS NULL THEN
        CREATE ROLE techmarket_etl LOGIN;
    END IF;
    IF to_regrole('techmarket_bi') IS NULL THEN
        CREATE ROLE techmarket_bi LOGIN CONNECTION LIMIT 20;
        ALTER ROLE techmarket_bi SET default_transaction_read_only = on;
        ALTER ROLE techmarket_bi SET statement_timeout = '10min';
        -- A report left open would hold back vacuum, and with it every load.
        ALTER ROLE techmarket_bi SET idle_in_transaction_session_timeout = '10min';
    END IF;
END
$$;

-- An administrator who is no superuser must be a member of the role to give it anything.
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'techmarket_etl', 'USAGE') THEN
        GRANT techmarket_etl TO CURRENT_USER;
    END IF;
END
$$;

-- The database's owner (or a superuser) decides what everybody may do in it.
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

-- Everything in dwh and stg belongs to techmarket_etl, whoever created it.
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
        SELECT p.oid::regprocedure AS signature
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
