-- Deletes the last line of an order.
-- Binds: order_id.
DELETE FROM order_items
WHERE order_id = :order_id
ORDER BY order_item_id DESC
LIMIT 1;
