-- Adds a piece to the first line of an order.
-- Binds: order_id.
UPDATE order_items
SET quantity = quantity + 1
WHERE order_id = :order_id
ORDER BY order_item_id
LIMIT 1;
