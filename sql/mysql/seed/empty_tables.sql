-- Empties the order system. The session must have foreign key checks off.
TRUNCATE TABLE payments;
TRUNCATE TABLE order_items;
TRUNCATE TABLE orders;
TRUNCATE TABLE products;
TRUNCATE TABLE categories;
TRUNCATE TABLE employees;
TRUNCATE TABLE customers;
TRUNCATE TABLE regions;
