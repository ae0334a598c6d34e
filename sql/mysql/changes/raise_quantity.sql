-- The first line of an order gets one piece more.
UPDATE order_items
SET quantity = quantity + 1
WHERE order_id = :order_id
ORDER BY order_item_id
LIMIT 1;
