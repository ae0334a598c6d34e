-- What the warehouse holds; one row a column of a table or view in dwh or stg; key (schema_name, table_name, column_name).
-- Types are spelt as in sql/postgres: numeric(12, 2), where the server says numeric(12,2).
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
    AND NOT attributes.attisdropped
