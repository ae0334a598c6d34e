-- Sets the cost of every line that was released before its product was known.
-- Grain: one row an order line. Key: order_item_id.
-- Binds: batch_id.
UPDATE dwh.fact_sales AS f
SET
    unit_cost = p.unit_cost,
    cost = f.quantity * p.unit_cost,
    margin = f.revenue - f.quantity * p.unit_cost,
    batch_id = :batch_id
FROM dwh.dim_product AS p
WHERE
    f.product_key = p.product_key
    AND f.unit_cost IS NULL
    AND p.unit_cost IS NOT NULL;
