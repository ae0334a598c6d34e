-- Writes the receipt of a part before its COPY, in the same transaction: another process staging the same part blocks on its key.
-- Writes no row if the part is staged already, or if staging was emptied for another extract since.
-- Grain: one row a part. Key: extract_id, table_name, part.
-- Binds: extract_id, part, row_count, table_name.
-- Needs: stg.staged_extract from staging/name_extract.sql.
INSERT INTO stg.staged_parts (extract_id, table_name, part, row_count)
SELECT
    extract_id,
    :table_name AS table_name,
    :part AS part,
    :row_count AS row_count
FROM stg.staged_extract
WHERE extract_id = :extract_id
ON CONFLICT DO NOTHING;
