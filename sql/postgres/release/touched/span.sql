-- Purpose: from which day to which the touched months are, for plans that know how much of the facts that is, and at which day and month
-- the touched cells fall into halves; a load that makes all anew leaves them whole, as it reads every line once.
-- Grain: one row; NULL where nothing is touched.
SELECT
    100 * min(touched.month_key) AS first_key,
    100 * max(touched.month_key) + 99 AS last_key,
    CASE
        WHEN :is_whole THEN max(touched.month_key)
        ELSE percentile_disc(0.5) WITHIN GROUP (ORDER BY touched.month_key)
    END AS middle_month,
    (
        SELECT CASE WHEN :is_whole THEN max(t.date_key) ELSE percentile_disc(0.5) WITHIN GROUP (ORDER BY t.date_key) END
        FROM stg.touched_sales AS t
    ) AS middle_day
FROM stg.touched_products AS touched;
