-- Purpose: the control sums of the aggregates: of touched cells against the facts; of the coarser ones, as a whole, against a daily one.
-- Grain: one row a sum. Key: measure.
WITH sales AS (
    SELECT
        count(*) AS lines,
        sum(f.revenue) AS revenue
    FROM touched_sales AS touched
    INNER JOIN dwh.fact_sales AS f ON touched.date_key = f.date_key AND touched.region_key = f.region_key
),

sales_daily AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM touched_sales AS touched
    INNER JOIN dwh.agg_sales_daily AS a ON touched.date_key = a.date_key AND touched.region_key = a.region_key
),

orders_daily AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM touched_sales AS touched
    INNER JOIN dwh.agg_orders_daily AS a ON touched.date_key = a.date_key AND touched.region_key = a.region_key
),

total AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM dwh.agg_orders_daily AS a
),

category_daily AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM dwh.agg_category_daily AS a
),

sales_monthly AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM dwh.agg_sales_monthly AS a
),

product_monthly AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM dwh.agg_product_monthly AS a
),

payments AS (
    SELECT sum(f.amount) AS amount
    FROM touched_payments AS touched
    INNER JOIN dwh.dim_date AS d ON touched.month_key = d.date_key / 100
    INNER JOIN dwh.fact_payments AS f ON d.date_key = f.date_key
),

payments_monthly AS (
    SELECT sum(a.amount) AS amount
    FROM touched_payments AS touched
    INNER JOIN dwh.dim_date AS d ON touched.month_key * 100 + 1 = d.date_key
    INNER JOIN dwh.agg_payments_monthly AS a ON d.year_month = a.year_month
)

SELECT
    control.measure,
    coalesce(control.expected, 0) AS expected,
    coalesce(control.found, 0) AS found
FROM sales
CROSS JOIN sales_daily
CROSS JOIN orders_daily
CROSS JOIN total
CROSS JOIN category_daily
CROSS JOIN sales_monthly
CROSS JOIN product_monthly
CROSS JOIN payments
CROSS JOIN payments_monthly
CROSS JOIN LATERAL (
    VALUES
    ('agg_sales_daily.lines', sales.lines, sales_daily.lines),
    ('agg_sales_daily.revenue', sales.revenue, sales_daily.revenue),
    ('agg_orders_daily.lines', sales.lines, orders_daily.lines),
    ('agg_orders_daily.revenue', sales.revenue, orders_daily.revenue),
    ('agg_category_daily.lines', total.lines, category_daily.lines),
    ('agg_category_daily.revenue', total.revenue, category_daily.revenue),
    ('agg_sales_monthly.lines', total.lines, sales_monthly.lines),
    ('agg_sales_monthly.revenue', total.revenue, sales_monthly.revenue),
    ('agg_product_monthly.lines', total.lines, product_monthly.lines),
    ('agg_product_monthly.revenue', total.revenue, product_monthly.revenue),
    ('agg_payments_monthly.amount', payments.amount, payments_monthly.amount)
) AS control (measure, expected, found);
