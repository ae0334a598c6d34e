-- Writes the keys of one table that the extract looked for.
-- Grain: one row a key. Key: table_name, source_key.
-- Binds: keys, table_name.
INSERT INTO stg.asked_keys (table_name, source_key)
SELECT DISTINCT
    :table_name AS table_name,
    asked.source_key
FROM unnest(cast(:keys AS bigint[])) AS asked (source_key);
