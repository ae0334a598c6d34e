-- Marks a delivered order as returned.
-- Binds: order_id.
UPDATE orders
SET status = 'returned'
WHERE order_id = :order_id;
