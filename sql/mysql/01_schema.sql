-- Creates the tables of the order system in the current database (the prescribed name is `techmarket`). Safe to repeat.
-- It runs on MySQL 8+ and MariaDB 10.11+. A line that ends in a semicolon ends a statement (techmarket/db/sql.py).
--
-- updated_at is TIMESTAMP, not DATETIME: the server keeps it in UTC whatever the writer's time zone is, so it does not run through an hour
-- twice when clocks change. Every table has an index on it, because incremental loads read by it.
-- DATETIME columns have wall-clock time in the business time zone (Europe/Kyiv).
--
-- There are no CHECK constraints on purpose: real order systems have bad rows too, and the quality gate catches them.
-- Foreign keys are on, as in an application, until somebody switches them off.
-- The collation is the newest that both servers have; unlike utf8mb4_unicode_ci it tells one emoji from another.

CREATE TABLE IF NOT EXISTS regions (
    region_id int NOT NULL AUTO_INCREMENT COMMENT 'Key of the region',
    name varchar(100) NOT NULL COMMENT 'Name of the region',
    country varchar(100) NOT NULL COMMENT 'Country of the region',
    updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)
    COMMENT 'When the source last changed the row; the cursor of incremental loads',
    PRIMARY KEY (region_id),
    KEY regions_updated_at (updated_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci COMMENT = 'Sales regions';

CREATE TABLE IF NOT EXISTS customers (
    customer_id bigint NOT NULL AUTO_INCREMENT COMMENT 'Key of the customer',
    full_name varchar(200) NOT NULL COMMENT 'Name as on the invoice',
    email varchar(254) NULL COMMENT 'E-mail address',
    phone varchar(32) NULL COMMENT 'Telephone number',
    region_id int NULL COMMENT 'Home region',
    created_at DATETIME NOT NULL COMMENT 'When the account was opened, business time',
    updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)
    COMMENT 'When the source last changed the row; the cursor of incremental loads',
    PRIMARY KEY (customer_id),
    KEY customers_updated_at (updated_at),
    KEY customers_region_id (region_id),
    CONSTRAINT customers_region FOREIGN KEY (region_id) REFERENCES regions (region_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci COMMENT = 'People and companies who buy';

CREATE TABLE IF NOT EXISTS employees (
    employee_id int NOT NULL AUTO_INCREMENT COMMENT 'Key of the employee',
    full_name varchar(200) NOT NULL COMMENT 'Name of the employee',
    email varchar(254) NULL COMMENT 'Work e-mail address',
    position varchar(100) NOT NULL COMMENT 'Position held',
    region_id int NULL COMMENT 'Region of work',
    hired_at date NOT NULL COMMENT 'First day of work',
    updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)
    COMMENT 'When the source last changed the row; the cursor of incremental loads',
    PRIMARY KEY (employee_id),
    KEY employees_updated_at (updated_at),
    KEY employees_region_id (region_id),
    CONSTRAINT employees_region FOREIGN KEY (region_id) REFERENCES regions (region_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci COMMENT = 'Staff who sell';

CREATE TABLE IF NOT EXISTS categories (
    category_id int NOT NULL AUTO_INCREMENT COMMENT 'Key of the category',
    name varchar(100) NOT NULL COMMENT 'Name of the category',
    parent_category_id int NULL COMMENT 'Category above; NULL at the top',
    updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)
    COMMENT 'When the source last changed the row; the cursor of incremental loads',
    PRIMARY KEY (category_id),
    KEY categories_updated_at (updated_at),
    KEY categories_parent_category_id (parent_category_id),
    CONSTRAINT categories_parent FOREIGN KEY (parent_category_id) REFERENCES categories (category_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci COMMENT = 'Product categories, a tree';

CREATE TABLE IF NOT EXISTS products (
    product_id int NOT NULL AUTO_INCREMENT COMMENT 'Key of the product',
    sku varchar(64) NOT NULL COMMENT 'Stock-keeping unit, unique',
    name varchar(200) NOT NULL COMMENT 'Name of the product',
    category_id int NOT NULL COMMENT 'Category of the product',
    unit_cost decimal(12, 2) NOT NULL COMMENT 'Purchase price of one piece, UAH',
    list_price decimal(12, 2) NOT NULL COMMENT 'Price of one piece before discount, UAH',
    is_active tinyint NOT NULL DEFAULT 1 COMMENT '1 while on sale, else 0',
    updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)
    COMMENT 'When the source last changed the row; the cursor of incremental loads',
    PRIMARY KEY (product_id),
    UNIQUE KEY products_sku (sku),
    KEY products_updated_at (updated_at),
    KEY products_category_id (category_id),
    CONSTRAINT products_category FOREIGN KEY (category_id) REFERENCES categories (category_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci COMMENT = 'Products on sale, past and present';

CREATE TABLE IF NOT EXISTS orders (
    order_id bigint NOT NULL AUTO_INCREMENT COMMENT 'Key of the order',
    customer_id bigint NOT NULL COMMENT 'Who bought',
    employee_id int NULL COMMENT 'Who sold; NULL for an order placed online',
    order_date DATETIME NOT NULL COMMENT 'When the order was placed, business time',
    region_id int NOT NULL COMMENT 'Region of the sale',
    total_amount decimal(12, 2) NOT NULL COMMENT 'Sum of the lines after discount, UAH',
    status varchar(16) NOT NULL DEFAULT 'new' COMMENT 'new, paid, shipped, delivered, cancelled or returned',
    updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)
    COMMENT 'When the source last changed the row; the cursor of incremental loads',
    PRIMARY KEY (order_id),
    KEY orders_updated_at (updated_at),
    KEY orders_customer_id (customer_id),
    KEY orders_employee_id (employee_id),
    KEY orders_region_id (region_id),
    CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (customer_id),
    CONSTRAINT orders_employee FOREIGN KEY (employee_id) REFERENCES employees (employee_id),
    CONSTRAINT orders_region FOREIGN KEY (region_id) REFERENCES regions (region_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci COMMENT = 'Order headers';

CREATE TABLE IF NOT EXISTS order_items (
    order_item_id bigint NOT NULL AUTO_INCREMENT COMMENT 'Key of the line',
    order_id bigint NOT NULL COMMENT 'Order of the line',
    product_id int NOT NULL COMMENT 'Product sold',
    quantity int NOT NULL COMMENT 'Pieces',
    unit_price decimal(12, 2) NOT NULL COMMENT 'Price of one piece before discount, UAH',
    discount decimal(5, 4) NOT NULL DEFAULT 0 COMMENT 'Discount as a fraction, 0 to 1',
    updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)
    COMMENT 'When the source last changed the row; the cursor of incremental loads',
    PRIMARY KEY (order_item_id),
    KEY order_items_updated_at (updated_at),
    KEY order_items_order_id (order_id),
    KEY order_items_product_id (product_id),
    CONSTRAINT order_items_order FOREIGN KEY (order_id) REFERENCES orders (order_id),
    CONSTRAINT order_items_product FOREIGN KEY (product_id) REFERENCES products (product_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci COMMENT = 'Order lines';

CREATE TABLE IF NOT EXISTS payments (
    payment_id bigint NOT NULL AUTO_INCREMENT COMMENT 'Key of the payment',
    order_id bigint NOT NULL COMMENT 'Order paid',
    method varchar(32) NOT NULL COMMENT 'card, cash, bank_transfer, instalments or gift_card',
    paid_at DATETIME NOT NULL COMMENT 'When the money arrived, business time',
    amount decimal(12, 2) NOT NULL COMMENT 'Amount paid, UAH',
    updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)
    COMMENT 'When the source last changed the row; the cursor of incremental loads',
    PRIMARY KEY (payment_id),
    KEY payments_updated_at (updated_at),
    KEY payments_order_id (order_id),
    CONSTRAINT payments_order FOREIGN KEY (order_id) REFERENCES orders (order_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci COMMENT = 'Payments received';
