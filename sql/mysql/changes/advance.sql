-- A paid order is shipped, a shipped one delivered: only the header changes.
UPDATE orders
SET status = IF(status = 'paid', 'shipped', 'delivered')
WHERE order_id = :order_id;
