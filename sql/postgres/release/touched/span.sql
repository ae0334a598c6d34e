-- Purpose: from which day to which the touched months are, for plans that know how much of the facts that is.
-- Grain: one row; NULL where no month is touched.
SELECT
    100 * min(touched.month_key) AS first_key,
    100 * max(touched.month_key) + 99 AS last_key
FROM stg.touched_products AS touched;
