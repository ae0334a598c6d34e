-- Empties the order system; needs a session without foreign key checks.
TRUNCATE TABLE payments;
TRUNCATE TABLE order_items;
TRUNCATE TABLE orders;
TRUNCATE TABLE products;
TRUNCATE TABLE categories;
TRUNCATE TABLE employees;
TRUNCATE TABLE customers;
TRUNCATE TABLE regions;
