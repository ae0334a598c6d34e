-- What the source declares now: one row a column of the current database; key (table, column).
SELECT
    declared.table_name,
    declared.column_name,
    declared.column_type,
    declared.is_nullable
FROM information_schema.columns AS declared
WHERE declared.table_schema = DATABASE()
ORDER BY declared.table_name, declared.ordinal_position;
