-- The columns of the tables and views of dwh and stg.
-- Types are written as in sql/postgres, numeric(12, 2), where the server writes numeric(12,2).
-- Grain: one row a column. Key: schema_name, table_name, column_name.
SELECT
    namespaces.nspname AS schema_name,
    relations.relname AS table_name,
    attributes.attname AS column_name,
    replace(format_type(attributes.atttypid, attributes.atttypmod), ',', ', ') AS column_type
FROM pg_class AS relations
INNER JOIN pg_namespace AS namespaces ON relations.relnamespace = namespaces.oid
INNER JOIN pg_attribute AS attributes ON relations.oid = attributes.attrelid
WHERE
    namespaces.nspname IN ('dwh', 'stg')
    AND relations.relkind IN ('r', 'p', 'v', 'm')
    AND attributes.attnum > 0
    AND NOT attributes.attisdropped;
