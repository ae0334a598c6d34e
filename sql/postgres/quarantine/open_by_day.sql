-- Purpose: how many entries of the data steward's list were open at the end of each of the newest days, by rule.
-- What was opened or resolved before the first day counts as of that day; entries opened and resolved on one day leave no trace.
-- Grain: one row a table, rule and day, for every rule that ever rejected a row.
-- Key: table_name, rule, listed_day.
WITH days AS (
    SELECT CAST(series.moment AS date) AS listed_day
    FROM GENERATE_SERIES(CAST(:first_day AS date), CAST(:last_day AS date), interval '1 day') AS series (moment)
),

opened_and_resolved AS (
    SELECT
        table_name,
        rule,
        CAST(rejected_at AT TIME ZONE 'UTC' AS date) AS happened_on,
        1 AS change
    FROM stg.rejected_rows
    UNION ALL
    SELECT
        table_name,
        rule,
        CAST(resolved_at AT TIME ZONE 'UTC' AS date) AS happened_on,
        -1 AS change
    FROM stg.rejected_rows
    WHERE resolved_at IS NOT NULL
),

changes AS (
    SELECT
        table_name,
        rule,
        GREATEST(happened_on, CAST(:first_day AS date)) AS listed_day,
        SUM(change) AS change
    FROM opened_and_resolved
    GROUP BY table_name, rule, GREATEST(happened_on, CAST(:first_day AS date))
),

rules AS (
    SELECT DISTINCT
        table_name,
        rule
    FROM changes
)

SELECT
    rules.table_name,
    rules.rule,
    days.listed_day,
    CAST(SUM(changes.change) OVER (PARTITION BY rules.table_name, rules.rule ORDER BY days.listed_day) AS bigint) AS entries
FROM rules
CROSS JOIN days
-- No change: as many as the day before; NULL before the first change.
LEFT JOIN changes ON rules.table_name = changes.table_name AND rules.rule = changes.rule AND days.listed_day = changes.listed_day
ORDER BY rules.table_name, rules.rule, days.listed_day;
