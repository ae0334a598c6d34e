-- Rows of an extract that are in staging, by its receipts; one row a table; key table_name.
SELECT
    table_name,
    sum(row_count) AS row_count
FROM stg.staged_parts
WHERE extract_id = :extract_id
GROUP BY table_name
