-- Deletes a product that was never sold.
-- Binds: product_id.
DELETE FROM products
WHERE product_id = :product_id;
