-- Parts of an extract that are in staging; key (table_name, part).
SELECT
    table_name,
    part
FROM stg.staged_parts
WHERE extract_id = :extract_id
