-- Purpose: note the cells that the touched orders have lines and payments in at this moment: once before the facts change, once after.
-- Grain: one row a cell, or a row of cells. Key: all columns.
INSERT INTO stg.touched_sales (date_key, region_key)
SELECT DISTINCT
    f.date_key,
    f.region_key
FROM stg.touched_orders AS o
INNER JOIN dwh.fact_sales AS f ON o.order_id = f.order_id
ON CONFLICT DO NOTHING;

INSERT INTO stg.touched_products (month_key, product_key)
SELECT DISTINCT
    f.date_key / 100 AS month_key,
    f.product_key
FROM stg.touched_orders AS o
INNER JOIN dwh.fact_sales AS f ON o.order_id = f.order_id
ON CONFLICT DO NOTHING;

INSERT INTO stg.touched_payments (month_key)
SELECT DISTINCT f.date_key / 100 AS month_key
FROM stg.touched_orders AS o
INNER JOIN dwh.fact_payments AS f ON o.order_id = f.order_id
ON CONFLICT DO NOTHING;
