-- How each table is stored, when it was made, and its next key (NULL if it does not number its rows).
-- The next key grows with every row, and does not fall when rows are deleted. A table that takes another's name was made at another time.
-- Grain: one row a table. Key: name.
SELECT
    kept.table_name AS name,
    kept.engine AS storage_engine,
    kept.create_time AS made_at,
    kept.auto_increment AS next_key
FROM information_schema.tables AS kept
WHERE kept.table_schema = database();
