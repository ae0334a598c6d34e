-- Renames a product.
-- Binds: product_id.
UPDATE products
SET name = concat(left(name, 180), ' (оновлено)')
WHERE product_id = :product_id;
