-- Marks every possible cell as touched, for a load that read the orders whole. It marks no category: all of them are computed.
-- Grain: one row a cell, or a row of cells. Key: all columns.
INSERT INTO stg.touched_sales (date_key, region_key)
SELECT
    d.date_key,
    r.region_key
FROM dwh.dim_date AS d
CROSS JOIN dwh.dim_region AS r;

INSERT INTO stg.touched_products (month_key, product_key)
SELECT
    d.date_key / 100 AS month_key,
    p.product_key
FROM dwh.dim_date AS d
CROSS JOIN dwh.dim_product AS p
WHERE d.day_of_month = 1;

INSERT INTO stg.touched_payments (month_key)
SELECT d.date_key / 100 AS month_key
FROM dwh.dim_date AS d
WHERE d.day_of_month = 1;
