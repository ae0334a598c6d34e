-- The products on sale with a positive price and an existing category.
-- Grain: one row a product. Key: product_id.
SELECT p.product_id
FROM products AS p
INNER JOIN categories AS c ON p.category_id = c.category_id
WHERE p.is_active = 1 AND p.list_price > 0
ORDER BY p.product_id;
