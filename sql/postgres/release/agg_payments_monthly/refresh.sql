-- Computes the touched cells of dwh.agg_payments_monthly from dwh.fact_payments, and writes those that differ.
-- Grain: one row a month, region and method. Key: year_month, region_key, method.
-- Needs: stg.touched_payments from release/touched/all_cells.sql or release/touched/cells.sql.
CREATE TEMPORARY TABLE changed_agg_payments_monthly ON COMMIT DROP AS
WITH touched AS NOT MATERIALIZED (
    SELECT d.year_month
    FROM stg.touched_payments AS t
    INNER JOIN dwh.dim_date AS d ON t.month_key * 100 + 1 = d.date_key
),

fresh AS (
    SELECT
        d.year_month,
        f.region_key,
        f.method,
        sum(f.amount) AS amount,
        count(*) AS payments
    FROM touched
    INNER JOIN dwh.dim_date AS d ON touched.year_month = d.year_month
    INNER JOIN dwh.fact_payments AS f ON d.date_key = f.date_key
    GROUP BY d.year_month, f.region_key, f.method
),

was AS (
    SELECT
        a.year_month,
        a.region_key,
        a.method,
        a.amount,
        a.payments
    FROM dwh.agg_payments_monthly AS a
    INNER JOIN touched ON a.year_month = touched.year_month
)

-- Rendered from techmarket/model/star.py by `make render`; do not edit from here on.
-- A full join: without a cell on the left it is gone, on the right it is new.
SELECT
    coalesce(fresh.year_month, was.year_month) AS year_month,
    coalesce(fresh.region_key, was.region_key) AS region_key,
    coalesce(fresh.method, was.method) AS method,
    fresh.amount,
    fresh.payments
FROM fresh
FULL JOIN was ON fresh.year_month = was.year_month AND fresh.region_key = was.region_key AND fresh.method = was.method
WHERE
    (was.amount, was.payments)
    IS DISTINCT FROM (fresh.amount, fresh.payments);

MERGE INTO dwh.agg_payments_monthly AS a
USING changed_agg_payments_monthly AS changed
    ON a.year_month = changed.year_month AND a.region_key = changed.region_key AND a.method = changed.method
WHEN MATCHED AND changed.payments IS NULL THEN
    DELETE
WHEN MATCHED THEN
    UPDATE SET
        amount = changed.amount,
        payments = changed.payments
WHEN NOT MATCHED THEN
    INSERT (year_month, region_key, method, amount, payments)
    VALUES (changed.year_month, changed.region_key, changed.method, changed.amount, changed.payments);
