-- Computes the touched cells of dwh.agg_sales_monthly from dwh.agg_sales_daily, and writes those that differ.
-- Grain: one row a month, region and category. Key: year_month, region_key, category_key.
-- Binds: is_whole.
-- Needs: stg.touched_categories from release/touched/cells.sql.
-- Needs: stg.touched_sales from release/touched/all_cells.sql or release/touched/cells.sql.
CREATE TEMPORARY TABLE changed_agg_sales_monthly ON COMMIT DROP AS
WITH touched AS NOT MATERIALIZED (
    SELECT DISTINCT
        d.year_month,
        t.region_key
    FROM stg.touched_sales AS t
    INNER JOIN dwh.dim_date AS d ON t.date_key = d.date_key
),

-- An order has one day, so orders can be summed across days.
fresh AS (
    SELECT
        touched.year_month,
        f.region_key,
        f.category_key,
        sum(f.revenue) AS revenue,
        sum(f.quantity) AS quantity,
        sum(f.margin) AS margin,
        sum(f.orders) AS orders,
        sum(f.lines) AS lines
    FROM touched
    INNER JOIN dwh.dim_date AS d ON touched.year_month = d.year_month
    INNER JOIN dwh.agg_sales_daily AS f ON d.date_key = f.date_key AND touched.region_key = f.region_key
    WHERE
        :is_whole
        OR (f.date_key / 100, f.region_key, f.category_key) IN (
            SELECT
                t.date_key / 100 AS month_key,
                t.region_key,
                t.category_key
            FROM stg.touched_categories AS t
        )
    GROUP BY touched.year_month, f.region_key, f.category_key
),

was AS (
    SELECT
        a.year_month,
        a.region_key,
        a.category_key,
        a.revenue,
        a.quantity,
        a.margin,
        a.orders,
        a.lines
    FROM dwh.agg_sales_monthly AS a
    INNER JOIN touched ON a.year_month = touched.year_month AND a.region_key = touched.region_key
    WHERE
        :is_whole
        OR (a.year_month, a.region_key, a.category_key) IN (
            SELECT
                named.year_month,
                t.region_key,
                t.category_key
            FROM stg.touched_categories AS t
            INNER JOIN dwh.dim_date AS named ON t.date_key = named.date_key
        )
)

-- Rendered from techmarket/model/star.py by `make render`; do not edit from here on.
-- A full join: without a cell on the left it is gone, on the right it is new.
SELECT
    coalesce(fresh.year_month, was.year_month) AS year_month,
    coalesce(fresh.region_key, was.region_key) AS region_key,
    coalesce(fresh.category_key, was.category_key) AS category_key,
    fresh.revenue,
    fresh.quantity,
    fresh.margin,
    fresh.orders,
    fresh.lines
FROM fresh
FULL JOIN was ON fresh.year_month = was.year_month AND fresh.region_key = was.region_key AND fresh.category_key = was.category_key
WHERE
    (was.revenue, was.quantity, was.margin, was.orders, was.lines)
    IS DISTINCT FROM (fresh.revenue, fresh.quantity, fresh.margin, fresh.orders, fresh.lines);

MERGE INTO dwh.agg_sales_monthly AS a
USING changed_agg_sales_monthly AS changed
    ON a.year_month = changed.year_month AND a.region_key = changed.region_key AND a.category_key = changed.category_key
WHEN MATCHED AND changed.lines IS NULL THEN
    DELETE
WHEN MATCHED THEN
    UPDATE SET
        revenue = changed.revenue,
        quantity = changed.quantity,
        margin = changed.margin,
        orders = changed.orders,
        lines = changed.lines
WHEN NOT MATCHED THEN
    INSERT (year_month, region_key, category_key, revenue, quantity, margin, orders, lines)
    VALUES (
        changed.year_month, changed.region_key, changed.category_key, changed.revenue, changed.quantity, changed.margin,
        changed.orders, changed.lines
    );
