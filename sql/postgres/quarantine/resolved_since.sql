-- How many rejected rows were resolved since a day. Rows held with them do not count, nor do rows that are open again or for another rule.
-- Grain: one row.
-- Binds: held, since.
SELECT count(*) AS resolved_rows
FROM (
    SELECT
        listed.table_name,
        listed.row_key
    FROM stg.rejected_rows AS listed
    WHERE
        listed.resolved_at >= cast(:since AS date)
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
