-- Marks the cells as touched whose lines or payments this batch removed or wrote: the cells before the change and those after it.
-- A selective load marks the cells of all lines and payments of the touched orders, so that it also repairs cells that are wrong.
-- Every line of a product with a new category touches the cells of both categories.
-- Grain: one row a cell, or a row of cells. Key: all columns.
-- Binds: batch_id, is_selective.
-- Needs: lines_before from release/touched/before.sql.
-- Needs: moved_lines from release/touched/moved_products.sql.
-- Needs: payments_before from release/touched/before.sql.
-- Needs: stg.touched_orders from release/touched/orders.sql.
CREATE TEMPORARY TABLE touched_lines ON COMMIT DROP AS
-- A left join without a match: the line is gone, or this batch has written it.
SELECT
    b.date_key,
    b.region_key,
    b.product_key
FROM lines_before AS b
LEFT JOIN dwh.fact_sales AS f ON b.order_item_id = f.order_item_id AND b.batch_id = f.batch_id
WHERE :is_selective OR f.order_item_id IS NULL
UNION ALL
SELECT
    f.date_key,
    f.region_key,
    f.product_key
FROM stg.touched_orders AS o
INNER JOIN dwh.fact_sales AS f ON o.order_id = f.order_id
WHERE f.batch_id = :batch_id;

INSERT INTO stg.touched_categories (date_key, region_key, category_key)
SELECT
    lines.date_key,
    lines.region_key,
    p.category_key
FROM (
    SELECT
        t.date_key,
        t.region_key,
        t.product_key
    FROM touched_lines AS t
    UNION ALL
    SELECT
        m.date_key,
        m.region_key,
        m.product_key
    FROM moved_lines AS m
) AS lines
INNER JOIN dwh.dim_product AS p ON lines.product_key = p.product_key
UNION
SELECT
    m.date_key,
    m.region_key,
    m.category_key
FROM moved_lines AS m;

INSERT INTO stg.touched_sales (date_key, region_key)
SELECT DISTINCT
    t.date_key,
    t.region_key
FROM stg.touched_categories AS t;

INSERT INTO stg.touched_products (month_key, product_key)
SELECT DISTINCT
    t.date_key / 100 AS month_key,
    t.product_key
FROM touched_lines AS t;

INSERT INTO stg.touched_payments (month_key)
-- A left join without a match: the payment is gone, or this batch has written it.
SELECT b.date_key / 100 AS month_key
FROM payments_before AS b
LEFT JOIN dwh.fact_payments AS f ON b.payment_id = f.payment_id AND b.batch_id = f.batch_id
WHERE :is_selective OR f.payment_id IS NULL
UNION
SELECT f.date_key / 100 AS month_key
FROM stg.touched_orders AS o
INNER JOIN dwh.fact_payments AS f ON o.order_id = f.order_id
WHERE f.batch_id = :batch_id;
