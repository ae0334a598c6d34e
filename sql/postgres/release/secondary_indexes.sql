-- The indexes of a table besides its primary key, with the statements that drop and create them.
-- Grain: one row an index. Key: index_name.
-- Binds: table_name.
SELECT
    c.relname AS index_name,
    format('DROP INDEX %I.%I', n.nspname, c.relname) AS drop_statement,
    -- The definition of a partitioned index says ON ONLY: created that way, the partitions would have no index.
    replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') AS create_statement
FROM pg_index AS i
INNER JOIN pg_class AS c ON i.indexrelid = c.oid
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
WHERE i.indrelid = cast(:table_name AS regclass) AND NOT i.indisprimary
ORDER BY c.relname;
