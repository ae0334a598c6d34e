-- The parts of an extract that are staged.
-- Grain: one row a part. Key: table_name, part.
-- Binds: extract_id.
-- Needs: stg.staged_parts from staging/write_receipt.sql.
SELECT
    table_name,
    part
FROM stg.staged_parts
WHERE extract_id = :extract_id;
