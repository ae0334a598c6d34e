-- Purpose: the oldest open entries of each rule, for the page of rejected rows.
-- Grain: one entry a row and rule, so many of each rule.
-- Key: table_name, rule, row_key.
SELECT
    listed.table_name,
    listed.rule,
    listed.row_key,
    listed.order_id,
    listed.first_batch_id,
    listed.rejected_at,
    CAST(listed.row_data AS text) AS row_text
FROM (
    SELECT
        waiting.*,
        ROW_NUMBER() OVER (PARTITION BY waiting.table_name, waiting.rule ORDER BY waiting.rejected_at, waiting.rejected_id) AS age
    FROM stg.rejected_rows AS waiting
    WHERE waiting.resolved_at IS NULL
) AS listed
WHERE listed.age <= :size
ORDER BY listed.table_name, listed.rule, listed.age;
