-- What the source declares now: the columns of the current database.
-- Grain: one row a column. Key: table_name, column_name.
SELECT
    declared.table_name,
    declared.column_name,
    declared.column_type,
    declared.is_nullable
FROM information_schema.columns AS declared
WHERE declared.table_schema = database()
ORDER BY declared.table_name, declared.ordinal_position;
