-- Whether any table of the order system has a row: 1 or 0.
-- Grain: one row.
SELECT
    EXISTS (SELECT 1 FROM regions)
    OR EXISTS (SELECT 1 FROM customers)
    OR EXISTS (SELECT 1 FROM employees)
    OR EXISTS (SELECT 1 FROM categories)
    OR EXISTS (SELECT 1 FROM products)
    OR EXISTS (SELECT 1 FROM orders)
    OR EXISTS (SELECT 1 FROM order_items)
    OR EXISTS (SELECT 1 FROM payments) AS is_filled;
