-- A product that was never sold leaves the assortment.
DELETE FROM products
WHERE product_id = :product_id;
