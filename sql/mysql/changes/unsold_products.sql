-- The products that no order line names, which can therefore be deleted.
-- A left join without a match: nobody bought the product.
-- Grain: one row a product. Key: product_id.
SELECT p.product_id
FROM products AS p
LEFT JOIN order_items AS i ON p.product_id = i.product_id
WHERE i.order_item_id IS NULL
ORDER BY p.product_id;
