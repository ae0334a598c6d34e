-- Computes the touched cells of dwh.agg_product_monthly from dwh.fact_sales, and writes those that differ.
-- Grain: one row a month and product. Key: year_month, product_key.
-- Binds: first_key, last_key, middle_month.
-- Needs: stg.touched_products from release/touched/all_cells.sql or release/touched/cells.sql.
CREATE TEMPORARY TABLE changed_agg_product_monthly ON COMMIT DROP AS
-- The number of the month sorts faster than its name. The range of days lets a load of a few days read only those.
WITH cells AS NOT MATERIALIZED (
    SELECT
        touched.month_key,
        f.product_key,
        sum(f.revenue) AS revenue,
        sum(f.quantity) AS quantity,
        sum(f.margin) AS margin,
        count(DISTINCT f.order_id) AS orders,
        count(*) AS lines
    FROM stg.touched_products AS touched
    INNER JOIN dwh.fact_sales AS f ON touched.product_key = f.product_key AND touched.month_key = f.date_key / 100
    WHERE f.date_key BETWEEN :first_key AND :last_key
    GROUP BY touched.month_key, f.product_key
),

-- One process counts distinct orders, even if several read the lines. Two halves let two processes count.
halves AS (
    SELECT cells.*
    FROM cells
    WHERE cells.month_key <= :middle_month
    UNION ALL
    SELECT cells.*
    FROM cells
    WHERE cells.month_key > :middle_month
),

fresh AS (
    SELECT
        d.year_month,
        halves.product_key,
        halves.revenue,
        halves.quantity,
        halves.margin,
        halves.orders,
        halves.lines
    FROM halves
    INNER JOIN dwh.dim_date AS d ON halves.month_key * 100 + 1 = d.date_key
),

was AS (
    SELECT
        a.year_month,
        a.product_key,
        a.revenue,
        a.quantity,
        a.margin,
        a.orders,
        a.lines
    FROM stg.touched_products AS touched
    INNER JOIN dwh.dim_date AS d ON touched.month_key * 100 + 1 = d.date_key
    INNER JOIN dwh.agg_product_monthly AS a ON d.year_month = a.year_month AND touched.product_key = a.product_key
)

-- Rendered from techmarket/model/star.py by `make render`; do not edit from here on.
-- A full join: without a cell on the left it is gone, on the right it is new.
SELECT
    coalesce(fresh.year_month, was.year_month) AS year_month,
    coalesce(fresh.product_key, was.product_key) AS product_key,
    fresh.revenue,
    fresh.quantity,
    fresh.margin,
    fresh.orders,
    fresh.lines
FROM fresh
FULL JOIN was ON fresh.year_month = was.year_month AND fresh.product_key = was.product_key
WHERE
    (was.revenue, was.quantity, was.margin, was.orders, was.lines)
    IS DISTINCT FROM (fresh.revenue, fresh.quantity, fresh.margin, fresh.orders, fresh.lines);

MERGE INTO dwh.agg_product_monthly AS a
USING changed_agg_product_monthly AS changed
    ON a.year_month = changed.year_month AND a.product_key = changed.product_key
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
    INSERT (year_month, product_key, revenue, quantity, margin, orders, lines)
    VALUES (changed.year_month, changed.product_key, changed.revenue, changed.quantity, changed.margin, changed.orders, changed.lines);
