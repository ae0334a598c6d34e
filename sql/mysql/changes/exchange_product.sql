-- A line turns out to be another product at the same price: only the line changes, the header does not.
UPDATE order_items
SET product_id = :product_id
WHERE order_id = :order_id
ORDER BY order_item_id
LIMIT 1;
