-- The last line of an order is taken off.
DELETE FROM order_items
WHERE order_id = :order_id
ORDER BY order_item_id DESC
LIMIT 1;
