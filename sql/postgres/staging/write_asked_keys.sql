-- The keys of one table that an extract looked for; one row a key; key (table_name, source_key).
INSERT INTO stg.asked_keys (table_name, source_key)
SELECT DISTINCT
    :table_name AS table_name,
    asked.source_key
FROM unnest(cast(:keys AS bigint[])) AS asked (source_key)
