-- Computes the touched cells of dwh.agg_category_daily from dwh.agg_sales_daily, and writes those that differ.
-- Grain: one row a day and category. Key: date_key, category_key.
-- Binds: is_whole.
-- Needs: stg.touched_categories from release/touched/cells.sql.
-- Needs: stg.touched_sales from release/touched/all_cells.sql or release/touched/cells.sql.
CREATE TEMPORARY TABLE changed_agg_category_daily ON COMMIT DROP AS
WITH touched AS NOT MATERIALIZED (
    SELECT DISTINCT date_key FROM stg.touched_sales
),

-- An order has one region, so orders can be summed across regions.
fresh AS (
    SELECT
        f.date_key,
        f.category_key,
        sum(f.revenue) AS revenue,
        sum(f.quantity) AS quantity,
        sum(f.margin) AS margin,
        sum(f.orders) AS orders,
        sum(f.lines) AS lines
    FROM touched
    INNER JOIN dwh.agg_sales_daily AS f ON touched.date_key = f.date_key
    WHERE
        :is_whole
        OR (f.date_key, f.category_key) IN (
            SELECT
                t.date_key,
                t.category_key
            FROM stg.touched_categories AS t
        )
    GROUP BY f.date_key, f.category_key
),

was AS (
    SELECT
        a.date_key,
        a.category_key,
        a.revenue,
        a.quantity,
        a.margin,
        a.orders,
        a.lines
    FROM dwh.agg_category_daily AS a
    INNER JOIN touched ON a.date_key = touched.date_key
    WHERE
        :is_whole
        OR (a.date_key, a.category_key) IN (
            SELECT
                t.date_key,
                t.category_key
            FROM stg.touched_categories AS t
        )
)

-- Rendered from techmarket/model/star.py by `make render`; do not edit from here on.
-- A full join: without a cell on the left it is gone, on the right it is new.
SELECT
    coalesce(fresh.date_key, was.date_key) AS date_key,
    coalesce(fresh.category_key, was.category_key) AS category_key,
    fresh.revenue,
    fresh.quantity,
    fresh.margin,
    fresh.orders,
    fresh.lines
FROM fresh
FULL JOIN was ON fresh.date_key = was.date_key AND fresh.category_key = was.category_key
WHERE
    (was.revenue, was.quantity, was.margin, was.orders, was.lines)
    IS DISTINCT FROM (fresh.revenue, fresh.quantity, fresh.margin, fresh.orders, fresh.lines);

MERGE INTO dwh.agg_category_daily AS a
USING changed_agg_category_daily AS changed
    ON a.date_key = changed.date_key AND a.category_key = changed.category_key
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
    INSERT (date_key, category_key, revenue, quantity, margin, orders, lines)
    VALUES (changed.date_key, changed.category_key, changed.revenue, changed.quantity, changed.margin, changed.orders, changed.lines);
