-- Marks a new order as paid.
-- Binds: order_id.
UPDATE orders
SET status = 'paid'
WHERE order_id = :order_id;
