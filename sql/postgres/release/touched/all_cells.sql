-- Purpose: note every cell that the facts or the aggregates have, after a load that read the orders whole.
-- Grain: one row a cell, or a row of cells. Key: all columns.
INSERT INTO touched_sales (date_key, region_key)
SELECT
    f.date_key,
    f.region_key
FROM dwh.fact_sales AS f
UNION
SELECT
    a.date_key,
    a.region_key
FROM dwh.agg_sales_daily AS a
UNION
SELECT
    a.date_key,
    a.region_key
FROM dwh.agg_orders_daily AS a;

INSERT INTO touched_products (month_key, product_key)
SELECT
    f.date_key / 100 AS month_key,
    f.product_key
FROM dwh.fact_sales AS f
UNION
SELECT
    replace(a.year_month, '-', '')::integer AS month_key,
    a.product_key
FROM dwh.agg_product_monthly AS a;

INSERT INTO touched_payments (month_key)
SELECT f.date_key / 100 AS month_key
FROM dwh.fact_payments AS f
UNION
SELECT replace(a.year_month, '-', '')::integer AS month_key
FROM dwh.agg_payments_monthly AS a;
