-- The oldest open entries of each rule, for the page of rejected rows.
-- Grain: one row an entry. Key: table_name, rule, row_key.
-- Binds: size.
SELECT
    listed.table_name,
    listed.rule,
    listed.row_key,
    listed.order_id,
    listed.first_batch_id,
    listed.rejected_at,
    cast(listed.row_data AS text) AS row_text
FROM (
    SELECT
        waiting.*,
        row_number() OVER (PARTITION BY waiting.table_name, waiting.rule ORDER BY waiting.rejected_at, waiting.rejected_id) AS age
    FROM stg.rejected_rows AS waiting
    WHERE waiting.resolved_at IS NULL
) AS listed
WHERE listed.age <= :size
ORDER BY listed.table_name, listed.rule, listed.age;
