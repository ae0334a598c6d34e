-- The control sums of the touched cells of each aggregate, and those of the fact or aggregate that it is computed from.
-- Products are compared in months of which every product was touched, as in a full load: others would need all lines of the products.
-- What is read twice is not materialized: a parallel worker cannot read what another process keeps.
-- Grain: one row a sum. Key: measure.
-- Binds: is_whole.
-- Needs: stg.touched_categories from release/touched/cells.sql.
-- Needs: stg.touched_payments from release/touched/all_cells.sql or release/touched/cells.sql.
-- Needs: stg.touched_products from release/touched/all_cells.sql or release/touched/cells.sql.
-- Needs: stg.touched_sales from release/touched/all_cells.sql or release/touched/cells.sql.
WITH days AS NOT MATERIALIZED (
    SELECT DISTINCT touched.date_key
    FROM stg.touched_sales AS touched
),

months AS NOT MATERIALIZED (
    SELECT DISTINCT
        d.year_month,
        touched.region_key
    FROM stg.touched_sales AS touched
    INNER JOIN dwh.dim_date AS d ON touched.date_key = d.date_key
),

sales AS (
    SELECT
        count(*) AS lines,
        sum(f.revenue) AS revenue
    FROM stg.touched_sales AS touched
    INNER JOIN dwh.fact_sales AS f ON touched.date_key = f.date_key AND touched.region_key = f.region_key
),

sales_of_days AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM days
    INNER JOIN dwh.agg_sales_daily AS a ON days.date_key = a.date_key
    WHERE
        :is_whole
        OR (a.date_key, a.category_key) IN (
            SELECT
                t.date_key,
                t.category_key
            FROM stg.touched_categories AS t
        )
),

sales_of_months AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM months
    INNER JOIN dwh.dim_date AS d ON months.year_month = d.year_month
    INNER JOIN dwh.agg_sales_daily AS a ON d.date_key = a.date_key AND months.region_key = a.region_key
    WHERE
        :is_whole
        OR (a.date_key / 100, a.region_key, a.category_key) IN (
            SELECT
                t.date_key / 100 AS month_key,
                t.region_key,
                t.category_key
            FROM stg.touched_categories AS t
        )
),

payments AS (
    SELECT sum(f.amount) AS amount
    FROM stg.touched_payments AS touched
    INNER JOIN dwh.dim_date AS d ON touched.month_key = d.date_key / 100
    INNER JOIN dwh.fact_payments AS f ON d.date_key = f.date_key
),

sales_daily AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM stg.touched_sales AS touched
    INNER JOIN dwh.agg_sales_daily AS a ON touched.date_key = a.date_key AND touched.region_key = a.region_key
),

orders_daily AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM stg.touched_sales AS touched
    INNER JOIN dwh.agg_orders_daily AS a ON touched.date_key = a.date_key AND touched.region_key = a.region_key
),

category_daily AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM days
    INNER JOIN dwh.agg_category_daily AS a ON days.date_key = a.date_key
    WHERE
        :is_whole
        OR (a.date_key, a.category_key) IN (
            SELECT
                t.date_key,
                t.category_key
            FROM stg.touched_categories AS t
        )
),

sales_monthly AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM months
    INNER JOIN dwh.agg_sales_monthly AS a ON months.year_month = a.year_month AND months.region_key = a.region_key
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
),

months_of_products AS NOT MATERIALIZED (
    SELECT d.year_month
    FROM stg.touched_products AS touched
    INNER JOIN dwh.dim_date AS d ON touched.month_key * 100 + 1 = d.date_key
    GROUP BY d.year_month
    HAVING count(*) = (SELECT count(*) FROM dwh.dim_product)
),

sales_of_whole_months AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM months_of_products
    INNER JOIN dwh.dim_date AS d ON months_of_products.year_month = d.year_month
    INNER JOIN dwh.agg_category_daily AS a ON d.date_key = a.date_key
),

product_monthly AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM months_of_products
    INNER JOIN dwh.agg_product_monthly AS a ON months_of_products.year_month = a.year_month
),

payments_monthly AS (
    SELECT sum(a.amount) AS amount
    FROM stg.touched_payments AS touched
    INNER JOIN dwh.dim_date AS d ON touched.month_key * 100 + 1 = d.date_key
    INNER JOIN dwh.agg_payments_monthly AS a ON d.year_month = a.year_month
)

SELECT
    control.measure,
    coalesce(control.expected, 0) AS expected,
    coalesce(control.found, 0) AS found
FROM sales
CROSS JOIN sales_of_days
CROSS JOIN sales_of_months
CROSS JOIN payments
CROSS JOIN sales_daily
CROSS JOIN orders_daily
CROSS JOIN category_daily
CROSS JOIN sales_monthly
CROSS JOIN sales_of_whole_months
CROSS JOIN product_monthly
CROSS JOIN payments_monthly
CROSS JOIN LATERAL (
    VALUES
    ('agg_sales_daily.lines', sales.lines, sales_daily.lines),
    ('agg_sales_daily.revenue', sales.revenue, sales_daily.revenue),
    ('agg_orders_daily.lines', sales.lines, orders_daily.lines),
    ('agg_orders_daily.revenue', sales.revenue, orders_daily.revenue),
    ('agg_category_daily.lines', sales_of_days.lines, category_daily.lines),
    ('agg_category_daily.revenue', sales_of_days.revenue, category_daily.revenue),
    ('agg_sales_monthly.lines', sales_of_months.lines, sales_monthly.lines),
    ('agg_sales_monthly.revenue', sales_of_months.revenue, sales_monthly.revenue),
    ('agg_product_monthly.lines', sales_of_whole_months.lines, product_monthly.lines),
    ('agg_product_monthly.revenue', sales_of_whole_months.revenue, product_monthly.revenue),
    ('agg_payments_monthly.amount', payments.amount, payments_monthly.amount)
) AS control (measure, expected, found);
