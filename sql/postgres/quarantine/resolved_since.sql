-- Purpose: how many rejected rows were taken off the data steward's list lately; those held with them do not count, nor do those that
-- still wait for another rule, or wait again.
-- Grain: one row.
SELECT COUNT(*) AS resolved_rows
FROM (
    SELECT
        listed.table_name,
        listed.row_key
    FROM stg.rejected_rows AS listed
    WHERE
        listed.resolved_at >= CAST(:since AS date)
        AND listed.rule <> :held
        AND NOT EXISTS (
            SELECT FROM stg.rejected_rows AS waiting
            WHERE
                waiting.table_name = listed.table_name
                AND waiting.row_key = listed.row_key
                AND waiting.rule <> :held
                AND waiting.resolved_at IS NULL
        )
    GROUP BY listed.table_name, listed.row_key
) AS resolved;
