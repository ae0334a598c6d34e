-- The storage engine and collation of each table of the current database.
-- Grain: one row a table. Key: name.
SELECT
    found.table_name AS name,
    found.engine AS storage_engine,
    found.table_collation AS text_collation
FROM information_schema.tables AS found
WHERE found.table_schema = database() AND found.table_type = 'BASE TABLE'
ORDER BY found.table_name;
