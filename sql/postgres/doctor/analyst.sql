-- The privileges of techmarket_bi on the relations of dwh and stg. No row if the role is missing.
-- Grain: one row a relation. Key: schema_name, relation.
SELECT
    relations.relname AS relation,
    namespaces.nspname AS schema_name,
    has_schema_privilege(analyst.oid, namespaces.oid, 'USAGE') AND has_table_privilege(analyst.oid, relations.oid, 'SELECT') AS may_read,
    has_table_privilege(analyst.oid, relations.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') AS may_write
FROM pg_roles AS analyst
CROSS JOIN pg_class AS relations
INNER JOIN pg_namespace AS namespaces ON relations.relnamespace = namespaces.oid
WHERE
    analyst.rolname = 'techmarket_bi'
    AND namespaces.nspname IN ('dwh', 'stg')
    AND relations.relkind IN ('r', 'p', 'v', 'm')
ORDER BY namespaces.nspname, relations.relname;
