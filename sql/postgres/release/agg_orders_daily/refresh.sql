-- Computes the touched cells of dwh.agg_orders_daily from dwh.fact_sales, and writes those that differ.
-- Grain: one row a day, region and employee. Key: date_key, region_key, employee_key.
-- Binds: middle_day.
-- Needs: stg.touched_sales from release/touched/all_cells.sql or release/touched/cells.sql.
CREATE TEMPORARY TABLE changed_agg_orders_daily ON COMMIT DROP AS
WITH cells AS NOT MATERIALIZED (
    SELECT
        f.date_key,
        f.region_key,
        f.employee_key,
        sum(f.revenue) AS revenue,
        sum(f.quantity) AS quantity,
        sum(f.cost) AS cost,
        sum(f.margin) AS margin,
        sum(f.discount_amount) AS discount_amount,
        count(DISTINCT f.order_id) AS orders,
        count(*) AS lines
    FROM stg.touched_sales AS touched
    INNER JOIN dwh.fact_sales AS f ON touched.date_key = f.date_key AND touched.region_key = f.region_key
    GROUP BY f.date_key, f.region_key, f.employee_key
),

-- One process counts distinct orders, even if several read the lines. Two halves let two processes count.
fresh AS (
    SELECT cells.*
    FROM cells
    WHERE cells.date_key <= :middle_day
    UNION ALL
    SELECT cells.*
    FROM cells
    WHERE cells.date_key > :middle_day
),

was AS (
    SELECT
        a.date_key,
        a.region_key,
        a.employee_key,
        a.revenue,
        a.quantity,
        a.cost,
        a.margin,
        a.discount_amount,
        a.orders,
        a.lines
    FROM dwh.agg_orders_daily AS a
    INNER JOIN stg.touched_sales AS touched ON a.date_key = touched.date_key AND a.region_key = touched.region_key
)

-- Rendered from techmarket/model/star.py by `make render`; do not edit from here on.
-- A full join: without a cell on the left it is gone, on the right it is new.
SELECT
    coalesce(fresh.date_key, was.date_key) AS date_key,
    coalesce(fresh.region_key, was.region_key) AS region_key,
    coalesce(fresh.employee_key, was.employee_key) AS employee_key,
    fresh.revenue,
    fresh.quantity,
    fresh.cost,
    fresh.margin,
    fresh.discount_amount,
    fresh.orders,
    fresh.lines
FROM fresh
FULL JOIN was ON fresh.date_key = was.date_key AND fresh.region_key = was.region_key AND fresh.employee_key = was.employee_key
WHERE
    (was.revenue, was.quantity, was.cost, was.margin, was.discount_amount, was.orders, was.lines)
    IS DISTINCT FROM (fresh.revenue, fresh.quantity, fresh.cost, fresh.margin, fresh.discount_amount, fresh.orders, fresh.lines);

MERGE INTO dwh.agg_orders_daily AS a
USING changed_agg_orders_daily AS changed
    ON a.date_key = changed.date_key AND a.region_key = changed.region_key AND a.employee_key = changed.employee_key
WHEN MATCHED AND changed.lines IS NULL THEN
    DELETE
WHEN MATCHED THEN
    UPDATE SET
        revenue = changed.revenue,
        quantity = changed.quantity,
        cost = changed.cost,
        margin = changed.margin,
        discount_amount = changed.discount_amount,
        orders = changed.orders,
        lines = changed.lines
WHEN NOT MATCHED THEN
    INSERT (date_key, region_key, employee_key, revenue, quantity, cost, margin, discount_amount, orders, lines)
    VALUES (
        changed.date_key, changed.region_key, changed.employee_key, changed.revenue, changed.quantity, changed.cost,
        changed.margin, changed.discount_amount, changed.orders, changed.lines
    );
