-- Cancels an order. Its payments are kept.
-- Binds: order_id.
UPDATE orders
SET status = 'cancelled'
WHERE order_id = :order_id;
