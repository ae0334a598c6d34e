-- Staged tables: what the current batch read, before the gate. Rendered from techmarket/model/catalog.py by `make render`; do not edit.
-- Scratch: UNLOGGED, emptied by each load. A bootstrap drops and creates them.
-- noqa: disable=RF06

-- Sales regions; one row a source row; key region_id.
DROP TABLE IF EXISTS stg."regions" CASCADE;
CREATE UNLOGGED TABLE stg."regions" (
    "region_id" integer,
    "name" text,
    "country" text,
    "updated_at" timestamp with time zone
);
COMMENT ON TABLE stg."regions" IS 'Sales regions, as staged by the current batch';
COMMENT ON COLUMN stg."regions"."region_id" IS 'Key of the region';
COMMENT ON COLUMN stg."regions"."name" IS 'Name of the region';
COMMENT ON COLUMN stg."regions"."country" IS 'Country of the region';
COMMENT ON COLUMN stg."regions"."updated_at" IS 'When the source last changed the row; the cursor of incremental loads';

CREATE VIEW stg."accepted_regions" AS
SELECT
    staged."region_id",
    staged."name",
    staged."country",
    staged."updated_at"
FROM stg."regions" AS staged
WHERE NOT EXISTS (
    SELECT FROM stg.batch_rejects AS rejected
    WHERE rejected.table_name = 'regions' AND cast(rejected.row_key AS integer) = staged."region_id"
);
COMMENT ON VIEW stg."accepted_regions" IS 'Rows of stg.regions that the gate let through';


-- People and companies who buy; one row a source row; key customer_id.
DROP TABLE IF EXISTS stg."customers" CASCADE;
CREATE UNLOGGED TABLE stg."customers" (
    "customer_id" bigint,
    "full_name" text,
    "email" text,
    "phone" text,
    "region_id" integer,
    "created_at" timestamp without time zone,
    "updated_at" timestamp with time zone
);
COMMENT ON TABLE stg."customers" IS 'People and companies who buy, as staged by the current batch';
COMMENT ON COLUMN stg."customers"."customer_id" IS 'Key of the customer';
COMMENT ON COLUMN stg."customers"."full_name" IS 'Name as on the invoice';
COMMENT ON COLUMN stg."customers"."email" IS 'E-mail address';
COMMENT ON COLUMN stg."customers"."phone" IS 'Telephone number';
COMMENT ON COLUMN stg."customers"."region_id" IS 'Home region';
COMMENT ON COLUMN stg."customers"."created_at" IS 'When the account was opened, business time';
COMMENT ON COLUMN stg."customers"."updated_at" IS 'When the source last changed the row; the cursor of incremental loads';

CREATE VIEW stg."accepted_customers" AS
SELECT
    staged."customer_id",
    staged."full_name",
    staged."email",
    staged."phone",
    staged."region_id",
    staged."created_at",
    staged."updated_at"
FROM stg."customers" AS staged
WHERE NOT EXISTS (
    SELECT FROM stg.batch_rejects AS rejected
    WHERE rejected.table_name = 'customers' AND cast(rejected.row_key AS bigint) = staged."customer_id"
);
COMMENT ON VIEW stg."accepted_customers" IS 'Rows of stg.customers that the gate let through';


-- Staff who sell; one row a source row; key employee_id.
DROP TABLE IF EXISTS stg."employees" CASCADE;
CREATE UNLOGGED TABLE stg."employees" (
    "employee_id" integer,
    "full_name" text,
    "email" text,
    "position" text,
    "region_id" integer,
    "hired_at" date,
    "updated_at" timestamp with time zone
);
COMMENT ON TABLE stg."employees" IS 'Staff who sell, as staged by the current batch';
COMMENT ON COLUMN stg."employees"."employee_id" IS 'Key of the employee';
COMMENT ON COLUMN stg."employees"."full_name" IS 'Name of the employee';
COMMENT ON COLUMN stg."employees"."email" IS 'Work e-mail address';
COMMENT ON COLUMN stg."employees"."position" IS 'Position held';
COMMENT ON COLUMN stg."employees"."region_id" IS 'Region of work';
COMMENT ON COLUMN stg."employees"."hired_at" IS 'First day of work';
COMMENT ON COLUMN stg."employees"."updated_at" IS 'When the source last changed the row; the cursor of incremental loads';

CREATE VIEW stg."accepted_employees" AS
SELECT
    staged."employee_id",
    staged."full_name",
    staged."email",
    staged."position",
    staged."region_id",
    staged."hired_at",
    staged."updated_at"
FROM stg."employees" AS staged
WHERE NOT EXISTS (
    SELECT FROM stg.batch_rejects AS rejected
    WHERE rejected.table_name = 'employees' AND cast(rejected.row_key AS integer) = staged."employee_id"
);
COMMENT ON VIEW stg."accepted_employees" IS 'Rows of stg.employees that the gate let through';


-- Product categories, a tree; one row a source row; key category_id.
DROP TABLE IF EXISTS stg."categories" CASCADE;
CREATE UNLOGGED TABLE stg."categories" (
    "category_id" integer,
    "name" text,
    "parent_category_id" integer,
    "updated_at" timestamp with time zone
);
COMMENT ON TABLE stg."categories" IS 'Product categories, a tree, as staged by the current batch';
COMMENT ON COLUMN stg."categories"."category_id" IS 'Key of the category';
COMMENT ON COLUMN stg."categories"."name" IS 'Name of the category';
COMMENT ON COLUMN stg."categories"."parent_category_id" IS 'Category above; NULL at the top';
COMMENT ON COLUMN stg."categories"."updated_at" IS 'When the source last changed the row; the cursor of incremental loads';

CREATE VIEW stg."accepted_categories" AS
SELECT
    staged."category_id",
    staged."name",
    staged."parent_category_id",
    staged."updated_at"
FROM stg."categories" AS staged
WHERE NOT EXISTS (
    SELECT FROM stg.batch_rejects AS rejected
    WHERE rejected.table_name = 'categories' AND cast(rejected.row_key AS integer) = staged."category_id"
);
COMMENT ON VIEW stg."accepted_categories" IS 'Rows of stg.categories that the gate let through';


-- Products on sale, past and present; one row a source row; key product_id.
DROP TABLE IF EXISTS stg."products" CASCADE;
CREATE UNLOGGED TABLE stg."products" (
    "product_id" integer,
    "sku" text,
    "name" text,
    "category_id" integer,
    "unit_cost" numeric(12, 2),
    "list_price" numeric(12, 2),
    "is_active" smallint,
    "updated_at" timestamp with time zone
);
COMMENT ON TABLE stg."products" IS 'Products on sale, past and present, as staged by the current batch';
COMMENT ON COLUMN stg."products"."product_id" IS 'Key of the product';
COMMENT ON COLUMN stg."products"."sku" IS 'Stock-keeping unit, unique';
COMMENT ON COLUMN stg."products"."name" IS 'Name of the product';
COMMENT ON COLUMN stg."products"."category_id" IS 'Category of the product';
COMMENT ON COLUMN stg."products"."unit_cost" IS 'Purchase price of one piece, UAH';
COMMENT ON COLUMN stg."products"."list_price" IS 'Price of one piece before discount, UAH';
COMMENT ON COLUMN stg."products"."is_active" IS '1 while on sale, else 0';
COMMENT ON COLUMN stg."products"."updated_at" IS 'When the source last changed the row; the cursor of incremental loads';

CREATE VIEW stg."accepted_products" AS
SELECT
    staged."product_id",
    staged."sku",
    staged."name",
    staged."category_id",
    staged."unit_cost",
    staged."list_price",
    staged."is_active",
    staged."updated_at"
FROM stg."products" AS staged
WHERE NOT EXISTS (
    SELECT FROM stg.batch_rejects AS rejected
    WHERE rejected.table_name = 'products' AND cast(rejected.row_key AS integer) = staged."product_id"
);
COMMENT ON VIEW stg."accepted_products" IS 'Rows of stg.products that the gate let through';


-- Order headers; one row a source row; key order_id.
DROP TABLE IF EXISTS stg."orders" CASCADE;
CREATE UNLOGGED TABLE stg."orders" (
    "order_id" bigint,
    "customer_id" bigint,
    "employee_id" integer,
    "order_date" timestamp without time zone,
    "region_id" integer,
    "total_amount" numeric(12, 2),
    "status" text,
    "updated_at" timestamp with time zone
);
COMMENT ON TABLE stg."orders" IS 'Order headers, as staged by the current batch';
COMMENT ON COLUMN stg."orders"."order_id" IS 'Key of the order';
COMMENT ON COLUMN stg."orders"."customer_id" IS 'Who bought';
COMMENT ON COLUMN stg."orders"."employee_id" IS 'Who sold; NULL for an order placed online';
COMMENT ON COLUMN stg."orders"."order_date" IS 'When the order was placed, business time';
COMMENT ON COLUMN stg."orders"."region_id" IS 'Region of the sale';
COMMENT ON COLUMN stg."orders"."total_amount" IS 'Sum of the lines after discount, UAH';
COMMENT ON COLUMN stg."orders"."status" IS 'new, paid, shipped, delivered, cancelled or returned';
COMMENT ON COLUMN stg."orders"."updated_at" IS 'When the source last changed the row; the cursor of incremental loads';

CREATE VIEW stg."accepted_orders" AS
SELECT
    staged."order_id",
    staged."customer_id",
    staged."employee_id",
    staged."order_date",
    staged."region_id",
    staged."total_amount",
    staged."status",
    staged."updated_at"
FROM stg."orders" AS staged
WHERE NOT EXISTS (
    SELECT FROM stg.batch_rejects AS rejected
    WHERE rejected.table_name = 'orders' AND cast(rejected.row_key AS bigint) = staged."order_id"
);
COMMENT ON VIEW stg."accepted_orders" IS 'Rows of stg.orders that the gate let through';


-- Order lines; one row a source row; key order_item_id.
DROP TABLE IF EXISTS stg."order_items" CASCADE;
CREATE UNLOGGED TABLE stg."order_items" (
    "order_item_id" bigint,
    "order_id" bigint,
    "product_id" integer,
    "quantity" integer,
    "unit_price" numeric(12, 2),
    "discount" numeric(5, 4),
    "updated_at" timestamp with time zone
);
COMMENT ON TABLE stg."order_items" IS 'Order lines, as staged by the current batch';
COMMENT ON COLUMN stg."order_items"."order_item_id" IS 'Key of the line';
COMMENT ON COLUMN stg."order_items"."order_id" IS 'Order of the line';
COMMENT ON COLUMN stg."order_items"."product_id" IS 'Product sold';
COMMENT ON COLUMN stg."order_items"."quantity" IS 'Pieces';
COMMENT ON COLUMN stg."order_items"."unit_price" IS 'Price of one piece before discount, UAH';
COMMENT ON COLUMN stg."order_items"."discount" IS 'Discount as a fraction, 0 to 1';
COMMENT ON COLUMN stg."order_items"."updated_at" IS 'When the source last changed the row; the cursor of incremental loads';

CREATE VIEW stg."accepted_order_items" AS
SELECT
    staged."order_item_id",
    staged."order_id",
    staged."product_id",
    staged."quantity",
    staged."unit_price",
    staged."discount",
    staged."updated_at"
FROM stg."order_items" AS staged
WHERE NOT EXISTS (
    SELECT FROM stg.batch_rejects AS rejected
    WHERE rejected.table_name = 'order_items' AND cast(rejected.row_key AS bigint) = staged."order_item_id"
);
COMMENT ON VIEW stg."accepted_order_items" IS 'Rows of stg.order_items that the gate let through';


-- Payments received; one row a source row; key payment_id.
DROP TABLE IF EXISTS stg."payments" CASCADE;
CREATE UNLOGGED TABLE stg."payments" (
    "payment_id" bigint,
    "order_id" bigint,
    "method" text,
    "paid_at" timestamp without time zone,
    "amount" numeric(12, 2),
    "updated_at" timestamp with time zone
);
COMMENT ON TABLE stg."payments" IS 'Payments received, as staged by the current batch';
COMMENT ON COLUMN stg."payments"."payment_id" IS 'Key of the payment';
COMMENT ON COLUMN stg."payments"."order_id" IS 'Order paid';
COMMENT ON COLUMN stg."payments"."method" IS 'card, cash, bank_transfer, instalments or gift_card';
COMMENT ON COLUMN stg."payments"."paid_at" IS 'When the money arrived, business time';
COMMENT ON COLUMN stg."payments"."amount" IS 'Amount paid, UAH';
COMMENT ON COLUMN stg."payments"."updated_at" IS 'When the source last changed the row; the cursor of incremental loads';

CREATE VIEW stg."accepted_payments" AS
SELECT
    staged."payment_id",
    staged."order_id",
    staged."method",
    staged."paid_at",
    staged."amount",
    staged."updated_at"
FROM stg."payments" AS staged
WHERE NOT EXISTS (
    SELECT FROM stg.batch_rejects AS rejected
    WHERE rejected.table_name = 'payments' AND cast(rejected.row_key AS bigint) = staged."payment_id"
);
COMMENT ON VIEW stg."accepted_payments" IS 'Rows of stg.payments that the gate let through';
