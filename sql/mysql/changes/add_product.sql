-- Adds a cheaper copy of a product under a new stock-keeping unit.
-- Binds: number, product_id.
INSERT INTO products (sku, name, category_id, unit_cost, list_price, is_active)
SELECT
    concat('TM-', :number) AS new_sku,
    concat(left(name, 190), ' Lite') AS new_name,
    category_id,
    round(unit_cost * 0.8, 2) AS new_cost,
    round(list_price * 0.8, 2) AS new_price,
    1 AS on_sale
FROM products
WHERE product_id = :product_id;
