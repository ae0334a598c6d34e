-- A new order is paid.
UPDATE orders
SET status = 'paid'
WHERE order_id = :order_id;
