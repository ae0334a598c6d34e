-- How many rows are in quarantine, and since when the oldest is.
-- Grain: one row.
WITH waiting AS (
    SELECT
        table_name,
        row_key,
        min(rejected_at) AS rejected_at
    FROM stg.rejected_rows
    WHERE resolved_at IS NULL
    GROUP BY table_name, row_key
)

SELECT
    count(*) AS rejected_rows,
    min(rejected_at) AS oldest
FROM waiting;
