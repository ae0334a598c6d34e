-- A product gets a new name.
UPDATE products
SET name = CONCAT(LEFT(name, 180), ' (оновлено)')
WHERE product_id = :product_id;
