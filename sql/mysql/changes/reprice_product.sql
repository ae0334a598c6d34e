-- Raises the purchase price and the list price of a product.
-- Binds: product_id.
UPDATE products
SET unit_cost = round(unit_cost * 1.07, 2), list_price = round(list_price * 1.05, 2)
WHERE product_id = :product_id;
