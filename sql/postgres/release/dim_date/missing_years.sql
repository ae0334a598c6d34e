-- Purpose: the years that dwh.dim_date lacks and a row about to be released falls into.
-- Grain: one row a year. Key: missing_year.
WITH days AS (
    SELECT order_date::date AS full_date FROM stg.accepted_orders
    UNION ALL
    SELECT paid_at::date AS full_date FROM stg.accepted_payments
)

SELECT DISTINCT extract(YEAR FROM days.full_date)::integer AS missing_year
FROM days
WHERE
    days.full_date IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM dwh.dim_date AS d
        WHERE d.full_date = days.full_date
    )
ORDER BY missing_year;
