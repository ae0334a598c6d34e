-- The assortment gets a newcomer: a cheaper twin of a product, under a stock-keeping unit of its own.
INSERT INTO products (sku, name, category_id, unit_cost, list_price, is_active)
SELECT
    CONCAT('TM-', :number) AS new_sku,
    CONCAT(LEFT(name, 190), ' Lite') AS new_name,
    category_id,
    ROUND(unit_cost * 0.8, 2) AS new_cost,
    ROUND(list_price * 0.8, 2) AS new_price,
    1 AS on_sale
FROM products
WHERE product_id = :product_id;
