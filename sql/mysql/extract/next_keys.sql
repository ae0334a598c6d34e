-- The next key of each table that numbers its rows. It grows with every row, and does not fall when rows are deleted.
-- Grain: one row a table. Key: table_name.
SELECT
    declared.table_name,
    declared.auto_increment
FROM information_schema.tables AS declared
WHERE declared.table_schema = database() AND declared.auto_increment IS NOT NULL;
