-- Purpose: how many rejected rows were taken off the data steward's list lately; those held with them do not count.
-- Grain: one row.
SELECT COUNT(*) AS resolved_rows
FROM (
    SELECT
        table_name,
        row_key
    FROM stg.rejected_rows
    WHERE resolved_at >= CAST(:since AS date) AND rule <> :held
    GROUP BY table_name, row_key
) AS resolved;
