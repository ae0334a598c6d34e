-- Ships a paid order, or delivers a shipped one. Only the header changes.
-- Binds: order_id.
UPDATE orders
SET status = if(status = 'paid', 'shipped', 'delivered')
WHERE order_id = :order_id;
