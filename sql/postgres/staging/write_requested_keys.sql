-- Writes the requested keys of one table.
-- Grain: one row a key. Key: table_name, source_key.
-- Binds: keys, table_name.
INSERT INTO stg.requested_keys (table_name, source_key)
SELECT DISTINCT
    :table_name AS table_name,
    requested.source_key
FROM unnest(cast(:keys AS bigint[])) AS requested (source_key);
