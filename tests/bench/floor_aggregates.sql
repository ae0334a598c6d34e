-- Purpose: fill empty aggregates with bare INSERT … SELECT from the facts of the floor's star.
-- Grain: as dwh's aggregates.
INSERT INTO floor.agg_sales_daily (
    date_key, region_key, category_key, revenue, quantity, cost, margin, discount_amount, orders, lines, lines_without_cost
)
SELECT
    f.date_key,
    f.region_key,
    p.category_key,
    sum(f.revenue) AS revenue,
    sum(f.quantity) AS quantity,
    sum(f.cost) AS cost,
    sum(f.margin) AS margin,
    sum(f.discount_amount) AS discount_amount,
    count(DISTINCT f.order_id) AS orders,
    count(*) AS lines,
    count(*) FILTER (WHERE f.cost IS NULL) AS lines_without_cost
FROM floor.fact_sales AS f
INNER JOIN floor.dim_product AS p ON f.product_key = p.product_key
GROUP BY f.date_key, f.region_key, p.category_key;

INSERT INTO floor.agg_category_daily (date_key, category_key, revenue, quantity, margin, orders, lines)
SELECT
    a.date_key,
    a.category_key,
    sum(a.revenue) AS revenue,
    sum(a.quantity) AS quantity,
    sum(a.margin) AS margin,
    sum(a.orders) AS orders,
    sum(a.lines) AS lines
FROM floor.agg_sales_daily AS a
GROUP BY a.date_key, a.category_key;

INSERT INTO floor.agg_sales_monthly (year_month, region_key, category_key, revenue, quantity, margin, orders, lines)
SELECT
    d.year_month,
    a.region_key,
    a.category_key,
    sum(a.revenue) AS revenue,
    sum(a.quantity) AS quantity,
    sum(a.margin) AS margin,
    sum(a.orders) AS orders,
    sum(a.lines) AS lines
FROM floor.agg_sales_daily AS a
INNER JOIN dwh.dim_date AS d ON a.date_key = d.date_key
GROUP BY d.year_month, a.region_key, a.category_key;

INSERT INTO floor.agg_orders_daily (
    date_key, region_key, employee_key, revenue, quantity, cost, margin, discount_amount, orders, lines
)
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
FROM floor.fact_sales AS f
GROUP BY f.date_key, f.region_key, f.employee_key;

INSERT INTO floor.agg_product_monthly (year_month, product_key, revenue, quantity, margin, orders, lines)
SELECT
    d.year_month,
    f.product_key,
    sum(f.revenue) AS revenue,
    sum(f.quantity) AS quantity,
    sum(f.margin) AS margin,
    count(DISTINCT f.order_id) AS orders,
    count(*) AS lines
FROM floor.fact_sales AS f
INNER JOIN dwh.dim_date AS d ON f.date_key = d.date_key
GROUP BY d.year_month, f.product_key;

INSERT INTO floor.agg_payments_monthly (year_month, region_key, method, amount, payments)
SELECT
    d.year_month,
    f.region_key,
    f.method,
    sum(f.amount) AS amount,
    count(*) AS payments
FROM floor.fact_payments AS f
INNER JOIN dwh.dim_date AS d ON f.date_key = d.date_key
GROUP BY d.year_month, f.region_key, f.method;
