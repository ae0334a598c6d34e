-- The orders placed in a range of business time, without its end, and their customers.
-- Grain: one row an order. Key: order_id.
-- Binds: end, start.
SELECT
    placed.order_id,
    placed.customer_id
FROM orders AS placed
WHERE placed.order_date >= :start AND placed.order_date < :end;
