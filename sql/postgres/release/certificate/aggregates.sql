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

months_of_products AS NOT MATERIALIZED (
    SELECT d.year_month
    FROM stg.touched_products AS touched
    INNER JOIN dwh.dim_date AS d ON touched.month_key * 100 + 1 = d.date_key
    GROUP BY d.year_month
    HAVING count(*) = (SELECT count(*) FROM dwh.dim_product)
),

months_of_payments AS NOT MATERIALIZED (
    SELECT d.year_month
    FROM stg.touched_payments AS touched
    INNER JOIN dwh.dim_date AS d ON touched.month_key * 100 + 1 = d.date_key
),

-- Rendered from techmarket/model/star.py by `make render`; do not edit from here on.
fact_sales_for_agg_sales_daily AS (
    SELECT
        count(*) AS lines,
        sum(a.revenue) AS revenue
    FROM stg.touched_sales AS touched
    INNER JOIN dwh.fact_sales AS a ON touched.date_key = a.date_key AND touched.region_key = a.region_key
),

agg_sales_daily AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM stg.touched_sales AS touched
    INNER JOIN dwh.agg_sales_daily AS a ON touched.date_key = a.date_key AND touched.region_key = a.region_key
),

agg_sales_daily_for_agg_category_daily AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM days AS touched
    INNER JOIN dwh.agg_sales_daily AS a ON touched.date_key = a.date_key
    WHERE
        :is_whole
        OR (a.date_key, a.category_key) IN (
            SELECT
                t.date_key,
                t.category_key
            FROM stg.touched_categories AS t
        )
),

agg_category_daily AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM days AS touched
    INNER JOIN dwh.agg_category_daily AS a ON touched.date_key = a.date_key
    WHERE
        :is_whole
        OR (a.date_key, a.category_key) IN (
            SELECT
                t.date_key,
                t.category_key
            FROM stg.touched_categories AS t
        )
),

agg_sales_daily_for_agg_sales_monthly AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM months AS touched
    INNER JOIN dwh.dim_date AS d ON touched.year_month = d.year_month
    INNER JOIN dwh.agg_sales_daily AS a ON d.date_key = a.date_key AND touched.region_key = a.region_key
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

agg_sales_monthly AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM months AS touched
    INNER JOIN dwh.agg_sales_monthly AS a ON touched.year_month = a.year_month AND touched.region_key = a.region_key
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

agg_orders_daily AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM stg.touched_sales AS touched
    INNER JOIN dwh.agg_orders_daily AS a ON touched.date_key = a.date_key AND touched.region_key = a.region_key
),

agg_category_daily_for_agg_product_monthly AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM months_of_products AS touched
    INNER JOIN dwh.dim_date AS d ON touched.year_month = d.year_month
    INNER JOIN dwh.agg_category_daily AS a ON d.date_key = a.date_key
),

agg_product_monthly AS (
    SELECT
        sum(a.lines) AS lines,
        sum(a.revenue) AS revenue
    FROM months_of_products AS touched
    INNER JOIN dwh.agg_product_monthly AS a ON touched.year_month = a.year_month
),

fact_payments_for_agg_payments_monthly AS (
    SELECT sum(a.amount) AS amount
    FROM months_of_payments AS touched
    INNER JOIN dwh.dim_date AS d ON touched.year_month = d.year_month
    INNER JOIN dwh.fact_payments AS a ON d.date_key = a.date_key
),

agg_payments_monthly AS (
    SELECT sum(a.amount) AS amount
    FROM months_of_payments AS touched
    INNER JOIN dwh.agg_payments_monthly AS a ON touched.year_month = a.year_month
)

SELECT
    control.measure,
    coalesce(control.expected, 0) AS expected,
    coalesce(control.found, 0) AS found
FROM fact_sales_for_agg_sales_daily
CROSS JOIN agg_sales_daily
CROSS JOIN agg_sales_daily_for_agg_category_daily
CROSS JOIN agg_category_daily
CROSS JOIN agg_sales_daily_for_agg_sales_monthly
CROSS JOIN agg_sales_monthly
CROSS JOIN agg_orders_daily
CROSS JOIN agg_category_daily_for_agg_product_monthly
CROSS JOIN agg_product_monthly
CROSS JOIN fact_payments_for_agg_payments_monthly
CROSS JOIN agg_payments_monthly
CROSS JOIN LATERAL (
    VALUES
    ('agg_sales_daily.lines', fact_sales_for_agg_sales_daily.lines, agg_sales_daily.lines),
    ('agg_sales_daily.revenue', fact_sales_for_agg_sales_daily.revenue, agg_sales_daily.revenue),
    ('agg_category_daily.lines', agg_sales_daily_for_agg_category_daily.lines, agg_category_daily.lines),
    ('agg_category_daily.revenue', agg_sales_daily_for_agg_category_daily.revenue, agg_category_daily.revenue),
    ('agg_sales_monthly.lines', agg_sales_daily_for_agg_sales_monthly.lines, agg_sales_monthly.lines),
    ('agg_sales_monthly.revenue', agg_sales_daily_for_agg_sales_monthly.revenue, agg_sales_monthly.revenue),
    ('agg_orders_daily.lines', fact_sales_for_agg_sales_daily.lines, agg_orders_daily.lines),
    ('agg_orders_daily.revenue', fact_sales_for_agg_sales_daily.revenue, agg_orders_daily.revenue),
    ('agg_product_monthly.lines', agg_category_daily_for_agg_product_monthly.lines, agg_product_monthly.lines),
    ('agg_product_monthly.revenue', agg_category_daily_for_agg_product_monthly.revenue, agg_product_monthly.revenue),
    ('agg_payments_monthly.amount', fact_payments_for_agg_payments_monthly.amount, agg_payments_monthly.amount)
) AS control (measure, expected, found);
