-- Purpose: note, after the facts have changed, the cells of the touched orders' lines and payments that this batch removed or wrote, where
-- they were and where they are now; of a selective load, the cells of all of them, so that what it read is right whatever befell it.
-- Grain: one row a cell, or a row of cells. Key: all columns.
CREATE TEMPORARY TABLE touched_lines ON COMMIT DROP AS
-- A left join without a match: the line is gone, or this batch has written it anew.
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

INSERT INTO stg.touched_sales (date_key, region_key)
SELECT DISTINCT
    t.date_key,
    t.region_key
FROM touched_lines AS t
ON CONFLICT DO NOTHING;

INSERT INTO stg.touched_products (month_key, product_key)
SELECT DISTINCT
    t.date_key / 100 AS month_key,
    t.product_key
FROM touched_lines AS t
ON CONFLICT DO NOTHING;

INSERT INTO stg.touched_payments (month_key)
-- A left join without a match: the payment is gone, or this batch has written it anew.
SELECT b.date_key / 100 AS month_key
FROM payments_before AS b
LEFT JOIN dwh.fact_payments AS f ON b.payment_id = f.payment_id AND b.batch_id = f.batch_id
WHERE :is_selective OR f.payment_id IS NULL
UNION
SELECT f.date_key / 100 AS month_key
FROM stg.touched_orders AS o
INNER JOIN dwh.fact_payments AS f ON o.order_id = f.order_id
WHERE f.batch_id = :batch_id
ON CONFLICT DO NOTHING;
