-- The years that dwh.dim_date lacks: those of the rows to be released, and those between them and the years that it has.
-- The marts count days and months by the calendar, and BI tools expect one without gaps.
-- Grain: one row a year. Key: missing_year.
-- Rendered from techmarket/model/star.py by `make render`; do not edit from here on.
WITH days AS (
    SELECT cast(order_date AS date) AS full_date FROM stg.accepted_orders
    UNION ALL
    SELECT cast(paid_at AS date) AS full_date FROM stg.accepted_payments
),

-- By hand from here on.
named AS (
    SELECT DISTINCT cast(extract(YEAR FROM days.full_date) AS integer) AS missing_year
    FROM days
    WHERE
        days.full_date IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM dwh.dim_date AS d
            WHERE d.full_date = days.full_date
        )
),

-- A year more than a century away is an error that no rule caught: the calendar is not extended to it.
span AS (
    SELECT
        min(known.calendar_year) AS first_year,
        max(known.calendar_year) AS last_year
    FROM (
        SELECT named.missing_year AS calendar_year FROM named
        UNION ALL
        SELECT d.year AS calendar_year FROM dwh.dim_date AS d
    ) AS known
    WHERE abs(known.calendar_year - extract(YEAR FROM current_date)) <= 100
)

SELECT named.missing_year
FROM named
UNION
SELECT between_them.missing_year
FROM span
CROSS JOIN generate_series(span.first_year, span.last_year) AS between_them (missing_year)
WHERE
    NOT EXISTS (
        SELECT FROM dwh.dim_date AS d
        WHERE d.year = between_them.missing_year
    )
ORDER BY missing_year;
