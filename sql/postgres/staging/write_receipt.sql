-- The receipt of one part, written before its COPY and in the same transaction: whoever else has this part waits, then finds it done.
-- No row where it is done, or where staging was emptied for another extract since.
INSERT INTO stg.staged_parts (extract_id, table_name, part, row_count)
SELECT
    extract_id,
    :table_name AS table_name,
    :part AS part,
    :row_count AS row_count
FROM stg.staged_extract
WHERE extract_id = :extract_id
ON CONFLICT DO NOTHING
