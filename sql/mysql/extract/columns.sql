-- What the source declares now: one row a column of the current database; key (table_name, column_name).
SELECT
    table_name AS table_name,
    column_name AS column_name,
    column_type AS column_type,
    is_nullable AS is_nullable
FROM information_schema.columns
WHERE table_schema = DATABASE()
ORDER BY table_name, ordinal_position;
