-- How many rows of this batch the gate rejected and held, and how many of the rejected ones are new: not open since an earlier release.
-- Grain: one row a table with rejects. Key: table_name.
-- Binds: held.
-- Needs: stg.batch_rejects from quarantine/hold_orders.sql.
WITH rejected_rows AS (
    SELECT
        rejected.table_name,
        rejected.row_key,
        bool_and(rejected.rule = :held) AS is_held
    FROM stg.batch_rejects AS rejected
    GROUP BY rejected.table_name, rejected.row_key
),

-- A reject that only blocked loads have seen is still new: otherwise a blocked load would pass the second time.
known_rows AS (
    SELECT DISTINCT
        listed.table_name,
        listed.row_key
    FROM stg.rejected_rows AS listed
    WHERE listed.resolved_at IS NULL AND listed.rule <> :held AND listed.released_batch_id IS NOT NULL
)

SELECT
    rejected_rows.table_name,
    count(*) FILTER (WHERE NOT rejected_rows.is_held) AS rejected,
    -- Left join without a match: the row is new.
    count(*) FILTER (WHERE NOT rejected_rows.is_held AND known_rows.row_key IS NULL) AS newly_rejected,
    count(*) FILTER (WHERE rejected_rows.is_held) AS held
FROM rejected_rows
LEFT JOIN known_rows
    ON rejected_rows.table_name = known_rows.table_name AND rejected_rows.row_key = known_rows.row_key
GROUP BY rejected_rows.table_name;
