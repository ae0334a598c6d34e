-- Copies the lines and payments of the touched orders before the facts change.
-- Grain: one row an order line; one row a payment. Key: order_item_id; payment_id.
-- Needs: stg.touched_orders from release/touched/orders.sql.
CREATE TEMPORARY TABLE lines_before ON COMMIT DROP AS
SELECT
    f.order_item_id,
    f.date_key,
    f.region_key,
    f.product_key,
    f.batch_id
FROM stg.touched_orders AS o
INNER JOIN dwh.fact_sales AS f ON o.order_id = f.order_id;

CREATE TEMPORARY TABLE payments_before ON COMMIT DROP AS
SELECT
    f.payment_id,
    f.date_key,
    f.batch_id
FROM stg.touched_orders AS o
INNER JOIN dwh.fact_payments AS f ON o.order_id = f.order_id;
