-- How many entries of the quarantine were open at the end of each day, by rule.
-- What happened before the first day counts on the first day. An entry opened and resolved on the same day does not show.
-- Grain: one row a table, rule and day, for every rule that ever rejected a row. Key: table_name, rule, listed_day.
-- Binds: first_day, last_day.
WITH days AS (
    SELECT cast(series.moment AS date) AS listed_day
    FROM generate_series(cast(:first_day AS date), cast(:last_day AS date), interval '1 day') AS series (moment)
),

opened_and_resolved AS (
    SELECT
        table_name,
        rule,
        cast(rejected_at AT TIME ZONE 'UTC' AS date) AS happened_on,
        1 AS change
    FROM stg.rejected_rows
    UNION ALL
    SELECT
        table_name,
        rule,
        cast(resolved_at AT TIME ZONE 'UTC' AS date) AS happened_on,
        -1 AS change
    FROM stg.rejected_rows
    WHERE resolved_at IS NOT NULL
),

changes AS (
    SELECT
        table_name,
        rule,
        greatest(happened_on, cast(:first_day AS date)) AS listed_day,
        sum(change) AS change
    FROM opened_and_resolved
    GROUP BY table_name, rule, greatest(happened_on, cast(:first_day AS date))
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
    cast(sum(changes.change) OVER (PARTITION BY rules.table_name, rules.rule ORDER BY days.listed_day) AS bigint) AS entries
FROM rules
CROSS JOIN days
-- A left join without a match: nothing changed that day. The sum is NULL before the first change.
LEFT JOIN changes ON rules.table_name = changes.table_name AND rules.rule = changes.rule AND days.listed_day = changes.listed_day
ORDER BY rules.table_name, rules.rule, days.listed_day;
