-- An order is cancelled; what was paid stays in the books.
UPDATE orders
SET status = 'cancelled'
WHERE order_id = :order_id;
