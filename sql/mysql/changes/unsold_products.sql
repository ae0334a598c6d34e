-- Products that no order line names, and that can therefore be deleted.
SELECT p.product_id
FROM products AS p
LEFT JOIN order_items AS i ON p.product_id = i.product_id
WHERE i.order_item_id IS NULL
ORDER BY p.product_id;
