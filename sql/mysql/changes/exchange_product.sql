-- Replaces the product of an order's first line at the same price. Only the line changes, not the header.
-- Binds: order_id, product_id.
UPDATE order_items
SET product_id = :product_id
WHERE order_id = :order_id
ORDER BY order_item_id
LIMIT 1;
