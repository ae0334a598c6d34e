-- How the current database keeps its tables; one row a table; key table_name.
SELECT
    found.table_name AS name,
    found.engine AS storage_engine,
    found.table_collation AS text_collation
FROM information_schema.tables AS found
WHERE found.table_schema = DATABASE() AND found.table_type = 'BASE TABLE'
ORDER BY found.table_name;
