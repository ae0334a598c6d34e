-- The first and the last day of the touched months, so that the planner knows how much of the facts it reads.
-- It also returns the day and the month that split the touched cells into halves.
-- A load that computes all cells does not split them: it reads every line once.
-- Grain: one row; NULL if nothing is touched.
-- Binds: is_whole.
-- Needs: stg.touched_products from release/touched/all_cells.sql or release/touched/cells.sql.
-- Needs: stg.touched_sales from release/touched/all_cells.sql or release/touched/cells.sql.
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
