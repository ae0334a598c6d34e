-- A delivered order comes back.
UPDATE orders
SET status = 'returned'
WHERE order_id = :order_id;
