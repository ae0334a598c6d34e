-- A product is bought and sold dearer than before.
UPDATE products
SET unit_cost = ROUND(unit_cost * 1.07, 2), list_price = ROUND(list_price * 1.05, 2)
WHERE product_id = :product_id;
