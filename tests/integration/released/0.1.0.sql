-- The warehouse of 0.1.0, written by `python -m infra.versions freeze`; do not edit.
-- Schema: 80443f6304a5c620f795021bee7fd24d37817fdbac0d17b400a37f52846b6b16
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA dwh;
COMMENT ON SCHEMA dwh IS 'TechMarket warehouse: a star that analysts read; written by the load alone';
CREATE SCHEMA stg;
COMMENT ON SCHEMA stg IS 'Staging and quarantine; not for analysts';
CREATE FUNCTION dwh.product_ranking(first_day date, last_day date) RETURNS TABLE(sku text, product text, category text, is_active boolean, is_deleted boolean, revenue numeric, quantity bigint, margin numeric, orders bigint, rank_by_revenue bigint, rank_by_revenue_from_bottom bigint, rank_by_quantity bigint, rank_by_quantity_from_bottom bigint)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
WITH months AS (
    SELECT d.year_month
    FROM dwh.dim_date AS d
    WHERE d.full_date BETWEEN first_day AND last_day
    GROUP BY d.year_month
    HAVING count(*) = extract(DAY FROM date_trunc('month', min(d.full_date)) + interval '1 month - 1 day')
),
end_days AS (
    SELECT array_agg(d.date_key) AS date_keys
    FROM dwh.dim_date AS d
    WHERE d.full_date BETWEEN first_day AND last_day AND NOT EXISTS (SELECT FROM months WHERE months.year_month = d.year_month)
),
parts AS (
    SELECT
        a.product_key,
        a.revenue,
        a.quantity,
        a.margin,
        a.orders
    FROM months
    INNER JOIN dwh.agg_product_monthly AS a ON months.year_month = a.year_month
    UNION ALL
    SELECT
        f.product_key,
        sum(f.revenue) AS revenue,
        sum(f.quantity) AS quantity,
        sum(f.margin) AS margin,
        count(DISTINCT f.order_id) AS orders
    FROM dwh.fact_sales AS f
    WHERE f.date_key = any((SELECT end_days.date_keys FROM end_days)::integer [])
    GROUP BY f.product_key
),
sold AS (
    SELECT
        parts.product_key,
        sum(parts.revenue) AS revenue,
        cast(sum(parts.quantity) AS bigint) AS quantity,
        sum(parts.margin) AS margin,
        cast(sum(parts.orders) AS bigint) AS orders
    FROM parts
    GROUP BY parts.product_key
),
measured AS (
    SELECT
        p.sku,
        p.name AS product,
        c.path AS category,
        p.is_active,
        p.is_deleted,
        coalesce(s.revenue, 0) AS revenue,
        coalesce(s.quantity, 0) AS quantity,
        coalesce(s.orders, 0) AS orders,
        CASE WHEN s.product_key IS NULL THEN 0 ELSE s.margin END AS margin
    FROM dwh.dim_product AS p
    INNER JOIN dwh.dim_category AS c ON p.category_key = c.category_key
    LEFT JOIN sold AS s ON p.product_key = s.product_key
    WHERE p.product_key <> 0
)
SELECT
    m.sku,
    m.product,
    m.category,
    m.is_active,
    m.is_deleted,
    m.revenue,
    m.quantity,
    m.margin,
    m.orders,
    rank() OVER (ORDER BY m.revenue DESC) AS rank_by_revenue,
    1 + count(*) OVER ()
    - count(*) OVER (ORDER BY m.revenue DESC) AS rank_by_revenue_from_bottom,
    rank() OVER (ORDER BY m.quantity DESC) AS rank_by_quantity,
    1 + count(*) OVER ()
    - count(*) OVER (ORDER BY m.quantity DESC) AS rank_by_quantity_from_bottom
FROM measured AS m
$$;
COMMENT ON FUNCTION dwh.product_ranking(first_day date, last_day date) IS 'Products by revenue and quantity from the first day to the last, both included; columns as in mart_product_ranking';
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE dwh.agg_category_daily (
    date_key integer NOT NULL,
    category_key integer NOT NULL,
    revenue numeric NOT NULL,
    quantity bigint NOT NULL,
    margin numeric,
    orders integer NOT NULL,
    lines integer NOT NULL
);
COMMENT ON TABLE dwh.agg_category_daily IS 'Sales a day and category; kept by the release, read the marts instead';
COMMENT ON COLUMN dwh.agg_category_daily.date_key IS 'Day the orders were placed, business time: dim_date';
COMMENT ON COLUMN dwh.agg_category_daily.category_key IS 'Category of the product now: dim_category';
COMMENT ON COLUMN dwh.agg_category_daily.revenue IS 'Revenue after discount, UAH';
COMMENT ON COLUMN dwh.agg_category_daily.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.agg_category_daily.margin IS 'Margin of the lines whose cost is known, UAH; NULL when of none';
COMMENT ON COLUMN dwh.agg_category_daily.orders IS 'Distinct orders; never sum them across categories';
COMMENT ON COLUMN dwh.agg_category_daily.lines IS 'Order lines';
CREATE TABLE dwh.agg_orders_daily (
    date_key integer NOT NULL,
    region_key integer NOT NULL,
    employee_key integer NOT NULL,
    revenue numeric NOT NULL,
    quantity bigint NOT NULL,
    cost numeric,
    margin numeric,
    discount_amount numeric NOT NULL,
    orders integer NOT NULL,
    lines integer NOT NULL
);
COMMENT ON TABLE dwh.agg_orders_daily IS 'Sales a day, region and employee; kept by the release, read the marts instead';
COMMENT ON COLUMN dwh.agg_orders_daily.date_key IS 'Day the orders were placed, business time: dim_date';
COMMENT ON COLUMN dwh.agg_orders_daily.region_key IS 'Region of the sale: dim_region';
COMMENT ON COLUMN dwh.agg_orders_daily.employee_key IS 'Who sold: dim_employee; 0 for an order placed online';
COMMENT ON COLUMN dwh.agg_orders_daily.revenue IS 'Revenue after discount, UAH';
COMMENT ON COLUMN dwh.agg_orders_daily.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.agg_orders_daily.cost IS 'Cost of the lines whose cost is known, UAH; NULL when of none';
COMMENT ON COLUMN dwh.agg_orders_daily.margin IS 'Margin of the lines whose cost is known, UAH; NULL when of none';
COMMENT ON COLUMN dwh.agg_orders_daily.discount_amount IS 'Discount given, UAH';
COMMENT ON COLUMN dwh.agg_orders_daily.orders IS 'Distinct orders';
COMMENT ON COLUMN dwh.agg_orders_daily.lines IS 'Order lines';
CREATE TABLE dwh.agg_payments_monthly (
    year_month text NOT NULL,
    region_key integer NOT NULL,
    method text NOT NULL,
    amount numeric NOT NULL,
    payments integer NOT NULL
);
COMMENT ON TABLE dwh.agg_payments_monthly IS 'Payments a month, region and method; kept by the release, read the marts instead';
COMMENT ON COLUMN dwh.agg_payments_monthly.year_month IS 'Month the money arrived, such as 2026-11';
COMMENT ON COLUMN dwh.agg_payments_monthly.region_key IS 'Region of the sale: dim_region';
COMMENT ON COLUMN dwh.agg_payments_monthly.method IS 'card, cash, bank_transfer, instalments or gift_card';
COMMENT ON COLUMN dwh.agg_payments_monthly.amount IS 'Amount paid, UAH';
COMMENT ON COLUMN dwh.agg_payments_monthly.payments IS 'Payments';
CREATE TABLE dwh.agg_product_monthly (
    year_month text NOT NULL,
    product_key integer NOT NULL,
    revenue numeric NOT NULL,
    quantity bigint NOT NULL,
    margin numeric,
    orders integer NOT NULL,
    lines integer NOT NULL
);
COMMENT ON TABLE dwh.agg_product_monthly IS 'Sales a month and product; kept by the release, read the marts instead';
COMMENT ON COLUMN dwh.agg_product_monthly.year_month IS 'Month the orders were placed, such as 2026-11';
COMMENT ON COLUMN dwh.agg_product_monthly.product_key IS 'Product sold: dim_product';
COMMENT ON COLUMN dwh.agg_product_monthly.revenue IS 'Revenue after discount, UAH';
COMMENT ON COLUMN dwh.agg_product_monthly.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.agg_product_monthly.margin IS 'Margin of the lines whose cost is known, UAH; NULL when of none';
COMMENT ON COLUMN dwh.agg_product_monthly.orders IS 'Distinct orders; never sum them across products';
COMMENT ON COLUMN dwh.agg_product_monthly.lines IS 'Order lines';
CREATE TABLE dwh.agg_sales_daily (
    date_key integer NOT NULL,
    region_key integer NOT NULL,
    category_key integer NOT NULL,
    revenue numeric NOT NULL,
    quantity bigint NOT NULL,
    cost numeric,
    margin numeric,
    discount_amount numeric NOT NULL,
    orders integer NOT NULL,
    lines integer NOT NULL,
    lines_without_cost integer NOT NULL
);
COMMENT ON TABLE dwh.agg_sales_daily IS 'Sales a day, region and category; kept by the release, read the marts instead';
COMMENT ON COLUMN dwh.agg_sales_daily.date_key IS 'Day the orders were placed, business time: dim_date';
COMMENT ON COLUMN dwh.agg_sales_daily.region_key IS 'Region of the sale: dim_region';
COMMENT ON COLUMN dwh.agg_sales_daily.category_key IS 'Category of the product now: dim_category';
COMMENT ON COLUMN dwh.agg_sales_daily.revenue IS 'Revenue after discount, UAH';
COMMENT ON COLUMN dwh.agg_sales_daily.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.agg_sales_daily.cost IS 'Cost of the lines whose cost is known, UAH; NULL when of none';
COMMENT ON COLUMN dwh.agg_sales_daily.margin IS 'Margin of the lines whose cost is known, UAH; NULL when of none';
COMMENT ON COLUMN dwh.agg_sales_daily.discount_amount IS 'Discount given, UAH';
COMMENT ON COLUMN dwh.agg_sales_daily.orders IS 'Distinct orders; never sum them across categories';
COMMENT ON COLUMN dwh.agg_sales_daily.lines IS 'Order lines';
COMMENT ON COLUMN dwh.agg_sales_daily.lines_without_cost IS 'Order lines whose product, and so cost, is not known yet';
CREATE TABLE dwh.agg_sales_monthly (
    year_month text NOT NULL,
    region_key integer NOT NULL,
    category_key integer NOT NULL,
    revenue numeric NOT NULL,
    quantity bigint NOT NULL,
    margin numeric,
    orders integer NOT NULL,
    lines integer NOT NULL
);
COMMENT ON TABLE dwh.agg_sales_monthly IS 'Sales a month, region and category; kept by the release, read the marts instead';
COMMENT ON COLUMN dwh.agg_sales_monthly.year_month IS 'Month the orders were placed, such as 2026-11';
COMMENT ON COLUMN dwh.agg_sales_monthly.region_key IS 'Region of the sale: dim_region';
COMMENT ON COLUMN dwh.agg_sales_monthly.category_key IS 'Category of the product now: dim_category';
COMMENT ON COLUMN dwh.agg_sales_monthly.revenue IS 'Revenue after discount, UAH';
COMMENT ON COLUMN dwh.agg_sales_monthly.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.agg_sales_monthly.margin IS 'Margin of the lines whose cost is known, UAH; NULL when of none';
COMMENT ON COLUMN dwh.agg_sales_monthly.orders IS 'Distinct orders; never sum them across categories';
COMMENT ON COLUMN dwh.agg_sales_monthly.lines IS 'Order lines';
CREATE TABLE dwh.backfill_windows (
    backfill_id bigint NOT NULL,
    window_start date NOT NULL,
    window_end date NOT NULL,
    batch_id bigint,
    facts_before jsonb,
    facts_after jsonb
);
COMMENT ON TABLE dwh.backfill_windows IS 'Windows of the backfills, one row a window; done once its load is released';
COMMENT ON COLUMN dwh.backfill_windows.backfill_id IS 'Backfill of the window';
COMMENT ON COLUMN dwh.backfill_windows.window_start IS 'First order date of the window, business time';
COMMENT ON COLUMN dwh.backfill_windows.window_end IS 'First order date after the window';
COMMENT ON COLUMN dwh.backfill_windows.batch_id IS 'Newest load of the window; NULL until its turn comes';
COMMENT ON COLUMN dwh.backfill_windows.facts_before IS 'Count and hash of the window''s facts before that load';
COMMENT ON COLUMN dwh.backfill_windows.facts_after IS 'Count and hash of the window''s facts after that load; NULL until it is released';
CREATE TABLE dwh.backfills (
    backfill_id bigint NOT NULL,
    range_start date NOT NULL,
    range_end date NOT NULL,
    window_size text NOT NULL,
    requested_by text NOT NULL,
    opened_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);
COMMENT ON TABLE dwh.backfills IS 'Replays of ranges of order dates, one row a backfill; one with windows not released is resumed';
COMMENT ON COLUMN dwh.backfills.backfill_id IS 'Key of the backfill';
COMMENT ON COLUMN dwh.backfills.range_start IS 'First order date replayed, business time';
COMMENT ON COLUMN dwh.backfills.range_end IS 'First order date after the range';
COMMENT ON COLUMN dwh.backfills.window_size IS 'What the range is cut into: month, week, day or a number of days';
COMMENT ON COLUMN dwh.backfills.requested_by IS 'Host, process and flow run that opened the backfill';
COMMENT ON COLUMN dwh.backfills.opened_at IS 'When the backfill was opened';
ALTER TABLE dwh.backfills ALTER COLUMN backfill_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME dwh.backfills_backfill_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE dwh.dim_category (
    category_key integer NOT NULL,
    category_id integer,
    name text NOT NULL,
    parent_category_id integer,
    parent_name text,
    path text NOT NULL,
    level smallint NOT NULL,
    is_inferred boolean DEFAULT false NOT NULL,
    is_deleted boolean DEFAULT false NOT NULL,
    batch_id bigint
);
COMMENT ON TABLE dwh.dim_category IS 'Product categories, a tree, as the source has them now';
COMMENT ON COLUMN dwh.dim_category.category_key IS 'Surrogate key; 0 is the unknown category';
COMMENT ON COLUMN dwh.dim_category.category_id IS 'Key in the source; NULL for the unknown member only';
COMMENT ON COLUMN dwh.dim_category.name IS 'Name of the category';
COMMENT ON COLUMN dwh.dim_category.parent_category_id IS 'Key in the source of the category above; NULL at the top';
COMMENT ON COLUMN dwh.dim_category.parent_name IS 'Name of the category above; NULL at the top';
COMMENT ON COLUMN dwh.dim_category.path IS 'Names from the top down, parted by " / "';
COMMENT ON COLUMN dwh.dim_category.level IS 'Depth in the tree, 1 at the top';
COMMENT ON COLUMN dwh.dim_category.is_inferred IS 'True while only the key is known: named by a row before its own row was accepted';
COMMENT ON COLUMN dwh.dim_category.is_deleted IS 'True when the source no longer has the row';
COMMENT ON COLUMN dwh.dim_category.batch_id IS 'Load that last changed the row; NULL for the unknown member';
ALTER TABLE dwh.dim_category ALTER COLUMN category_key ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME dwh.dim_category_category_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE dwh.dim_customer (
    customer_key bigint NOT NULL,
    customer_id bigint,
    full_name text NOT NULL,
    region_key integer NOT NULL,
    created_at timestamp without time zone,
    is_inferred boolean DEFAULT false NOT NULL,
    is_deleted boolean DEFAULT false NOT NULL,
    batch_id bigint
);
COMMENT ON TABLE dwh.dim_customer IS 'People and companies who buy, as the source has them now; without e-mail and telephone on purpose';
COMMENT ON COLUMN dwh.dim_customer.customer_key IS 'Surrogate key; 0 is the unknown customer';
COMMENT ON COLUMN dwh.dim_customer.customer_id IS 'Key in the source; NULL for the unknown member only';
COMMENT ON COLUMN dwh.dim_customer.full_name IS 'Name as on the invoice';
COMMENT ON COLUMN dwh.dim_customer.region_key IS 'Home region; 0 when the customer has none';
COMMENT ON COLUMN dwh.dim_customer.created_at IS 'When the account was opened, business time; NULL while it is not known';
COMMENT ON COLUMN dwh.dim_customer.is_inferred IS 'True while only the key is known: named by a row before its own row was accepted';
COMMENT ON COLUMN dwh.dim_customer.is_deleted IS 'True when the source no longer has the row';
COMMENT ON COLUMN dwh.dim_customer.batch_id IS 'Load that last changed the row; NULL for the unknown member';
ALTER TABLE dwh.dim_customer ALTER COLUMN customer_key ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME dwh.dim_customer_customer_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE dwh.dim_date (
    date_key integer NOT NULL,
    full_date date,
    year smallint,
    quarter smallint,
    month smallint,
    day_of_month smallint,
    day_of_week smallint,
    iso_year smallint,
    iso_week smallint,
    year_quarter text NOT NULL,
    year_month text NOT NULL,
    month_name text NOT NULL,
    month_name_en text NOT NULL,
    day_name text NOT NULL,
    day_name_en text NOT NULL,
    is_weekend boolean
);
COMMENT ON TABLE dwh.dim_date IS 'Calendar, one row a day of the business time zone; whole years';
COMMENT ON COLUMN dwh.dim_date.date_key IS 'Day as the number YYYYMMDD; 0 is the unknown date';
COMMENT ON COLUMN dwh.dim_date.full_date IS 'The day; NULL for the unknown date only';
COMMENT ON COLUMN dwh.dim_date.year IS 'Calendar year';
COMMENT ON COLUMN dwh.dim_date.quarter IS 'Quarter of the year, 1 to 4';
COMMENT ON COLUMN dwh.dim_date.month IS 'Month of the year, 1 to 12';
COMMENT ON COLUMN dwh.dim_date.day_of_month IS 'Day of the month, 1 to 31';
COMMENT ON COLUMN dwh.dim_date.day_of_week IS 'ISO day of the week, 1 Monday to 7 Sunday';
COMMENT ON COLUMN dwh.dim_date.iso_year IS 'Year that the ISO week belongs to';
COMMENT ON COLUMN dwh.dim_date.iso_week IS 'ISO week, 1 to 53';
COMMENT ON COLUMN dwh.dim_date.year_quarter IS 'Quarter such as 2026-Q4; sorts by time';
COMMENT ON COLUMN dwh.dim_date.year_month IS 'Month such as 2026-11; sorts by time';
COMMENT ON COLUMN dwh.dim_date.month_name IS 'Name of the month in Ukrainian';
COMMENT ON COLUMN dwh.dim_date.month_name_en IS 'Name of the month in English';
COMMENT ON COLUMN dwh.dim_date.day_name IS 'Name of the day of the week in Ukrainian';
COMMENT ON COLUMN dwh.dim_date.day_name_en IS 'Name of the day of the week in English';
COMMENT ON COLUMN dwh.dim_date.is_weekend IS 'True on Saturday and Sunday';
CREATE TABLE dwh.dim_employee (
    employee_key integer NOT NULL,
    employee_id integer,
    full_name text NOT NULL,
    "position" text,
    region_key integer NOT NULL,
    hired_at date,
    is_inferred boolean DEFAULT false NOT NULL,
    is_deleted boolean DEFAULT false NOT NULL,
    batch_id bigint
);
COMMENT ON TABLE dwh.dim_employee IS 'Staff who sell, as the source has them now';
COMMENT ON COLUMN dwh.dim_employee.employee_key IS 'Surrogate key; 0 is nobody: the order was placed online';
COMMENT ON COLUMN dwh.dim_employee.employee_id IS 'Key in the source; NULL for the unknown member only';
COMMENT ON COLUMN dwh.dim_employee.full_name IS 'Name of the employee';
COMMENT ON COLUMN dwh.dim_employee."position" IS 'Position held; NULL while it is not known';
COMMENT ON COLUMN dwh.dim_employee.region_key IS 'Region of work; 0 when the employee has none';
COMMENT ON COLUMN dwh.dim_employee.hired_at IS 'First day of work; NULL while it is not known';
COMMENT ON COLUMN dwh.dim_employee.is_inferred IS 'True while only the key is known: named by a row before its own row was accepted';
COMMENT ON COLUMN dwh.dim_employee.is_deleted IS 'True when the source no longer has the row';
COMMENT ON COLUMN dwh.dim_employee.batch_id IS 'Load that last changed the row; NULL for the unknown member';
ALTER TABLE dwh.dim_employee ALTER COLUMN employee_key ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME dwh.dim_employee_employee_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE dwh.dim_product (
    product_key integer NOT NULL,
    product_id integer,
    sku text,
    name text NOT NULL,
    category_key integer NOT NULL,
    unit_cost numeric(12,2),
    list_price numeric(12,2),
    is_active boolean,
    is_inferred boolean DEFAULT false NOT NULL,
    is_deleted boolean DEFAULT false NOT NULL,
    batch_id bigint
);
COMMENT ON TABLE dwh.dim_product IS 'Products, past and present, as the source has them now';
COMMENT ON COLUMN dwh.dim_product.product_key IS 'Surrogate key; 0 is the unknown product';
COMMENT ON COLUMN dwh.dim_product.product_id IS 'Key in the source; NULL for the unknown member only';
COMMENT ON COLUMN dwh.dim_product.sku IS 'Stock-keeping unit; NULL while it is not known';
COMMENT ON COLUMN dwh.dim_product.name IS 'Name of the product';
COMMENT ON COLUMN dwh.dim_product.category_key IS 'Category of the product';
COMMENT ON COLUMN dwh.dim_product.unit_cost IS 'Purchase price of one piece now, UAH; NULL while it is not known';
COMMENT ON COLUMN dwh.dim_product.list_price IS 'Price of one piece before discount now, UAH; NULL while it is not known';
COMMENT ON COLUMN dwh.dim_product.is_active IS 'True while on sale; NULL while it is not known';
COMMENT ON COLUMN dwh.dim_product.is_inferred IS 'True while only the key is known: named by a row before its own row was accepted';
COMMENT ON COLUMN dwh.dim_product.is_deleted IS 'True when the source no longer has the row';
COMMENT ON COLUMN dwh.dim_product.batch_id IS 'Load that last changed the row; NULL for the unknown member';
ALTER TABLE dwh.dim_product ALTER COLUMN product_key ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME dwh.dim_product_product_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE dwh.dim_region (
    region_key integer NOT NULL,
    region_id integer,
    name text NOT NULL,
    country text,
    is_inferred boolean DEFAULT false NOT NULL,
    is_deleted boolean DEFAULT false NOT NULL,
    batch_id bigint
);
COMMENT ON TABLE dwh.dim_region IS 'Sales regions, as the source has them now';
COMMENT ON COLUMN dwh.dim_region.region_key IS 'Surrogate key; 0 is the unknown region';
COMMENT ON COLUMN dwh.dim_region.region_id IS 'Key in the source; NULL for the unknown member only';
COMMENT ON COLUMN dwh.dim_region.name IS 'Name of the region';
COMMENT ON COLUMN dwh.dim_region.country IS 'Country of the region; NULL while it is not known';
COMMENT ON COLUMN dwh.dim_region.is_inferred IS 'True while only the key is known: named by a row before its own row was accepted';
COMMENT ON COLUMN dwh.dim_region.is_deleted IS 'True when the source no longer has the row';
COMMENT ON COLUMN dwh.dim_region.batch_id IS 'Load that last changed the row; NULL for the unknown member';
ALTER TABLE dwh.dim_region ALTER COLUMN region_key ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME dwh.dim_region_region_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE dwh.fact_payments (
    payment_id bigint NOT NULL,
    order_id bigint NOT NULL,
    date_key integer NOT NULL,
    customer_key bigint NOT NULL,
    region_key integer NOT NULL,
    method text NOT NULL,
    amount numeric(12,2) NOT NULL,
    batch_id bigint NOT NULL
);
COMMENT ON TABLE dwh.fact_payments IS 'Payments received, one row a payment, whatever became of the order';
COMMENT ON COLUMN dwh.fact_payments.payment_id IS 'Key of the payment in the source';
COMMENT ON COLUMN dwh.fact_payments.order_id IS 'Key of the order in the source';
COMMENT ON COLUMN dwh.fact_payments.date_key IS 'Day the money arrived, business time: dim_date';
COMMENT ON COLUMN dwh.fact_payments.customer_key IS 'Who bought: dim_customer';
COMMENT ON COLUMN dwh.fact_payments.region_key IS 'Region of the sale: dim_region';
COMMENT ON COLUMN dwh.fact_payments.method IS 'card, cash, bank_transfer, instalments or gift_card';
COMMENT ON COLUMN dwh.fact_payments.amount IS 'Amount paid, UAH';
COMMENT ON COLUMN dwh.fact_payments.batch_id IS 'Load that last changed the row';
CREATE TABLE dwh.fact_sales (
    order_item_id bigint NOT NULL,
    order_id bigint NOT NULL,
    date_key integer NOT NULL,
    product_key integer NOT NULL,
    customer_key bigint NOT NULL,
    employee_key integer NOT NULL,
    region_key integer NOT NULL,
    order_status text NOT NULL,
    quantity integer NOT NULL,
    unit_cost numeric(12,2),
    revenue numeric(22,2) NOT NULL,
    discount_amount numeric(22,2) NOT NULL,
    cost numeric(22,2),
    margin numeric(22,2),
    batch_id bigint NOT NULL
);
COMMENT ON TABLE dwh.fact_sales IS 'Recognised sales, one row an order line: orders paid, shipped or delivered only, so a SUM is right';
COMMENT ON COLUMN dwh.fact_sales.order_item_id IS 'Key of the line in the source';
COMMENT ON COLUMN dwh.fact_sales.order_id IS 'Key of the order in the source';
COMMENT ON COLUMN dwh.fact_sales.date_key IS 'Day the order was placed, business time: dim_date';
COMMENT ON COLUMN dwh.fact_sales.product_key IS 'Product sold: dim_product';
COMMENT ON COLUMN dwh.fact_sales.customer_key IS 'Who bought: dim_customer';
COMMENT ON COLUMN dwh.fact_sales.employee_key IS 'Who sold: dim_employee; 0 for an order placed online';
COMMENT ON COLUMN dwh.fact_sales.region_key IS 'Region of the sale: dim_region';
COMMENT ON COLUMN dwh.fact_sales.order_status IS 'Status of the order: paid, shipped or delivered';
COMMENT ON COLUMN dwh.fact_sales.quantity IS 'Pieces';
COMMENT ON COLUMN dwh.fact_sales.unit_cost IS 'Purchase price of one piece when the line was first loaded, UAH; NULL while not known';
COMMENT ON COLUMN dwh.fact_sales.revenue IS 'quantity * unit_price * (1 - discount), rounded half up to cents once, UAH';
COMMENT ON COLUMN dwh.fact_sales.discount_amount IS 'quantity * unit_price * discount, rounded half up to cents once, UAH';
COMMENT ON COLUMN dwh.fact_sales.cost IS 'quantity * unit_cost, UAH; NULL while the product is not known';
COMMENT ON COLUMN dwh.fact_sales.margin IS 'revenue - cost, UAH; NULL while the product is not known';
COMMENT ON COLUMN dwh.fact_sales.batch_id IS 'Load that last changed the row';
CREATE TABLE dwh.kept_line_costs (
    order_item_id bigint NOT NULL,
    product_key integer NOT NULL,
    unit_cost numeric(12,2)
);
COMMENT ON TABLE dwh.kept_line_costs IS 'Purchase prices of lines that left fact_sales: a line that comes back keeps the one it had';
COMMENT ON COLUMN dwh.kept_line_costs.order_item_id IS 'Key of the line in the source';
COMMENT ON COLUMN dwh.kept_line_costs.product_key IS 'Product the price belongs to: dim_product';
COMMENT ON COLUMN dwh.kept_line_costs.unit_cost IS 'Purchase price of one piece when the line was first loaded, UAH; NULL if not known';
CREATE TABLE dwh.load_batches (
    batch_id bigint NOT NULL,
    mode text NOT NULL,
    status text NOT NULL,
    requested_by text NOT NULL,
    started_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    finished_at timestamp with time zone,
    extract_id text,
    snapshot_at timestamp with time zone,
    horizon timestamp with time zone,
    source_version text,
    verdict text,
    counts jsonb,
    certificate jsonb,
    error text,
    gate jsonb,
    severity_overrides jsonb,
    CONSTRAINT load_batches_mode_check CHECK ((mode = ANY (ARRAY['full'::text, 'incremental'::text, 'backfill'::text, 'repair'::text]))),
    CONSTRAINT load_batches_status_check CHECK ((status = ANY (ARRAY['running'::text, 'released'::text, 'blocked'::text, 'failed'::text, 'abandoned'::text, 'checked'::text])))
);
COMMENT ON TABLE dwh.load_batches IS 'Ledger, one row a load';
COMMENT ON COLUMN dwh.load_batches.batch_id IS 'Key of the load; rows of dwh name the load that last changed them';
COMMENT ON COLUMN dwh.load_batches.mode IS 'full, incremental, backfill or repair; only the first two move watermarks';
COMMENT ON COLUMN dwh.load_batches.status IS 'running; released; blocked by the gate; failed; abandoned, its process gone; or checked only';
COMMENT ON COLUMN dwh.load_batches.requested_by IS 'Host, process and flow run that runs the load';
COMMENT ON COLUMN dwh.load_batches.started_at IS 'When the load began';
COMMENT ON COLUMN dwh.load_batches.finished_at IS 'When the load ended; NULL while it runs';
COMMENT ON COLUMN dwh.load_batches.extract_id IS 'Sealed extract that was loaded';
COMMENT ON COLUMN dwh.load_batches.snapshot_at IS 'Instant of the source that the extract shows, by the source''s clock';
COMMENT ON COLUMN dwh.load_batches.horizon IS 'Safe horizon of the extract: changes stamped before it were all seen';
COMMENT ON COLUMN dwh.load_batches.source_version IS 'Version of the source''s server';
COMMENT ON COLUMN dwh.load_batches.verdict IS 'Verdict of the quality gate';
COMMENT ON COLUMN dwh.load_batches.counts IS 'Rows read, by table; what became of them stands in the certificate';
COMMENT ON COLUMN dwh.load_batches.certificate IS 'Proof that counts and control sums of staged and released rows agree';
COMMENT ON COLUMN dwh.load_batches.error IS 'Why the load did not release, without secrets or row values';
COMMENT ON COLUMN dwh.load_batches.gate IS 'What the quality gate found: counts by table, broken rules, newest changes; no row values';
COMMENT ON COLUMN dwh.load_batches.severity_overrides IS 'Severities that this run asked for, by rule; empty when none';
ALTER TABLE dwh.load_batches ALTER COLUMN batch_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME dwh.load_batches_batch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE dwh.load_watermarks (
    table_name text NOT NULL,
    watermark timestamp with time zone,
    batch_id bigint,
    updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);
COMMENT ON TABLE dwh.load_watermarks IS 'How far each source table was read, one row a table';
COMMENT ON COLUMN dwh.load_watermarks.table_name IS 'Source table';
COMMENT ON COLUMN dwh.load_watermarks.watermark IS 'Changes stamped before it are released or in quarantine; NULL until the first load';
COMMENT ON COLUMN dwh.load_watermarks.batch_id IS 'Load that last set the watermark';
COMMENT ON COLUMN dwh.load_watermarks.updated_at IS 'When the watermark was last set';
CREATE VIEW dwh.mart_average_check AS
SELECT
    NULL::text AS year_month,
    NULL::text AS region,
    NULL::text AS country,
    NULL::numeric AS revenue,
    NULL::bigint AS orders,
    NULL::numeric AS average_check;
COMMENT ON VIEW dwh.mart_average_check IS 'Average check a month and region';
COMMENT ON COLUMN dwh.mart_average_check.year_month IS 'Month the orders were placed, such as 2026-11';
COMMENT ON COLUMN dwh.mart_average_check.region IS 'Region of the sale';
COMMENT ON COLUMN dwh.mart_average_check.country IS 'Country of the region';
COMMENT ON COLUMN dwh.mart_average_check.revenue IS 'Revenue after discount, UAH';
COMMENT ON COLUMN dwh.mart_average_check.orders IS 'Distinct orders';
COMMENT ON COLUMN dwh.mart_average_check.average_check IS 'Revenue / distinct orders, UAH, rounded to cents';
CREATE VIEW dwh.mart_employee_performance AS
 WITH sold AS (
         SELECT d.year_month,
            a.employee_key,
            sum(a.revenue) AS revenue,
            sum(a.cost) AS cost,
            sum(a.margin) AS margin,
            (sum(a.quantity))::bigint AS quantity,
            sum(a.orders) AS orders,
            sum(a.lines) AS lines
           FROM (dwh.agg_orders_daily a
             JOIN dwh.dim_date d ON ((a.date_key = d.date_key)))
          GROUP BY d.year_month, a.employee_key
        )
 SELECT s.year_month,
    e.full_name AS employee,
    e."position",
    r.name AS region,
    s.revenue,
    s.margin,
    s.quantity,
    s.orders,
    s.lines,
    round((s.revenue / (s.orders)::numeric), 2) AS average_check,
    round((((100)::numeric * s.margin) / NULLIF((s.cost + s.margin), (0)::numeric)), 2) AS margin_percent,
    round((((100)::numeric * s.revenue) / NULLIF(sum(s.revenue) OVER (PARTITION BY s.year_month), (0)::numeric)), 2) AS revenue_share_percent,
        CASE
            WHEN (s.employee_key <> 0) THEN rank() OVER (PARTITION BY s.year_month, (s.employee_key = 0) ORDER BY s.revenue DESC)
            ELSE NULL::bigint
        END AS rank_by_revenue
   FROM ((sold s
     LEFT JOIN dwh.dim_employee e ON ((s.employee_key = e.employee_key)))
     LEFT JOIN dwh.dim_region r ON ((e.region_key = r.region_key)));
COMMENT ON VIEW dwh.mart_employee_performance IS 'Sales a month and employee';
COMMENT ON COLUMN dwh.mart_employee_performance.year_month IS 'Month the orders were placed, such as 2026-11';
COMMENT ON COLUMN dwh.mart_employee_performance.employee IS 'Who sold; "(online)" for orders placed online';
COMMENT ON COLUMN dwh.mart_employee_performance."position" IS 'Position held now';
COMMENT ON COLUMN dwh.mart_employee_performance.region IS 'Region of work now';
COMMENT ON COLUMN dwh.mart_employee_performance.revenue IS 'Revenue after discount, UAH';
COMMENT ON COLUMN dwh.mart_employee_performance.margin IS 'Margin of the lines whose cost is known, UAH';
COMMENT ON COLUMN dwh.mart_employee_performance.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.mart_employee_performance.orders IS 'Distinct orders';
COMMENT ON COLUMN dwh.mart_employee_performance.lines IS 'Order lines';
COMMENT ON COLUMN dwh.mart_employee_performance.average_check IS 'Revenue / distinct orders, UAH, rounded to cents';
COMMENT ON COLUMN dwh.mart_employee_performance.margin_percent IS 'Margin / revenue of the lines whose cost is known, 0 to 100';
COMMENT ON COLUMN dwh.mart_employee_performance.revenue_share_percent IS 'Share of the month''s revenue, online orders included, 0 to 100';
COMMENT ON COLUMN dwh.mart_employee_performance.rank_by_revenue IS 'Rank by revenue in the month, 1 is the highest; NULL for "(online)"';
CREATE VIEW dwh.mart_payments AS
 SELECT a.year_month,
    r.name AS region,
    r.country,
    a.method,
    a.amount,
    (a.payments)::bigint AS payments,
    round((a.amount / (a.payments)::numeric), 2) AS average_payment,
    round((((100)::numeric * a.amount) / NULLIF(sum(a.amount) OVER (PARTITION BY a.year_month, a.region_key), (0)::numeric)), 2) AS amount_share_percent
   FROM (dwh.agg_payments_monthly a
     LEFT JOIN dwh.dim_region r ON ((a.region_key = r.region_key)));
COMMENT ON VIEW dwh.mart_payments IS 'Payments a month, region and method, whatever became of the orders';
COMMENT ON COLUMN dwh.mart_payments.year_month IS 'Month the money arrived, such as 2026-11';
COMMENT ON COLUMN dwh.mart_payments.region IS 'Region of the sale';
COMMENT ON COLUMN dwh.mart_payments.country IS 'Country of the region';
COMMENT ON COLUMN dwh.mart_payments.method IS 'card, cash, bank_transfer, instalments or gift_card';
COMMENT ON COLUMN dwh.mart_payments.amount IS 'Amount paid, UAH';
COMMENT ON COLUMN dwh.mart_payments.payments IS 'Payments received';
COMMENT ON COLUMN dwh.mart_payments.average_payment IS 'Amount / payments, UAH, rounded to cents';
COMMENT ON COLUMN dwh.mart_payments.amount_share_percent IS 'Share of what the region was paid in the month, 0 to 100';
CREATE VIEW dwh.mart_product_ranking AS
 WITH sold AS (
         SELECT a.product_key,
            sum(a.revenue) AS revenue,
            (sum(a.quantity))::bigint AS quantity,
            sum(a.margin) AS margin,
            sum(a.orders) AS orders
           FROM dwh.agg_product_monthly a
          GROUP BY a.product_key
        ), measured AS (
         SELECT p.sku,
            p.name AS product,
            c.path AS category,
            p.is_active,
            p.is_deleted,
            COALESCE(s.revenue, (0)::numeric) AS revenue,
            COALESCE(s.quantity, (0)::bigint) AS quantity,
            COALESCE(s.orders, (0)::bigint) AS orders,
                CASE
                    WHEN (s.product_key IS NULL) THEN (0)::numeric
                    ELSE s.margin
                END AS margin
           FROM ((dwh.dim_product p
             JOIN dwh.dim_category c ON ((p.category_key = c.category_key)))
             LEFT JOIN sold s ON ((p.product_key = s.product_key)))
          WHERE (p.product_key <> 0)
        )
 SELECT m.sku,
    m.product,
    m.category,
    m.is_active,
    m.is_deleted,
    m.revenue,
    m.quantity,
    m.margin,
    m.orders,
    rank() OVER (ORDER BY m.revenue DESC) AS rank_by_revenue,
    ((1 + count(*) OVER ()) - count(*) OVER (ORDER BY m.revenue DESC)) AS rank_by_revenue_from_bottom,
    rank() OVER (ORDER BY m.quantity DESC) AS rank_by_quantity,
    ((1 + count(*) OVER ()) - count(*) OVER (ORDER BY m.quantity DESC)) AS rank_by_quantity_from_bottom
   FROM measured m;
COMMENT ON VIEW dwh.mart_product_ranking IS 'Products by revenue and quantity over all time, from the top and from the bottom';
COMMENT ON COLUMN dwh.mart_product_ranking.sku IS 'Stock-keeping unit';
COMMENT ON COLUMN dwh.mart_product_ranking.product IS 'Name of the product';
COMMENT ON COLUMN dwh.mart_product_ranking.category IS 'Category of the product, from the top down';
COMMENT ON COLUMN dwh.mart_product_ranking.is_active IS 'True while on sale';
COMMENT ON COLUMN dwh.mart_product_ranking.is_deleted IS 'True when the source no longer has the product';
COMMENT ON COLUMN dwh.mart_product_ranking.revenue IS 'Revenue after discount, UAH; 0 when never sold';
COMMENT ON COLUMN dwh.mart_product_ranking.quantity IS 'Pieces sold; 0 when never sold';
COMMENT ON COLUMN dwh.mart_product_ranking.margin IS 'Margin, UAH; 0 when never sold, NULL while the cost is not known';
COMMENT ON COLUMN dwh.mart_product_ranking.orders IS 'Distinct orders; never sum them across products';
COMMENT ON COLUMN dwh.mart_product_ranking.rank_by_revenue IS 'Rank by revenue, 1 is the highest';
COMMENT ON COLUMN dwh.mart_product_ranking.rank_by_revenue_from_bottom IS 'Rank by revenue, 1 is the lowest';
COMMENT ON COLUMN dwh.mart_product_ranking.rank_by_quantity IS 'Rank by pieces sold, 1 is the highest';
COMMENT ON COLUMN dwh.mart_product_ranking.rank_by_quantity_from_bottom IS 'Rank by pieces sold, 1 is the lowest';
CREATE VIEW dwh.mart_product_ranking_monthly AS
 WITH months AS (
         SELECT DISTINCT d.year_month
           FROM dwh.dim_date d
          WHERE ((d.year_month >= ( SELECT min(a.year_month) AS min
                   FROM dwh.agg_product_monthly a)) AND (d.year_month <= ( SELECT max(a.year_month) AS max
                   FROM dwh.agg_product_monthly a)))
        ), measured AS (
         SELECT months.year_month,
            p.sku,
            p.name AS product,
            c.path AS category,
            p.is_active,
            p.is_deleted,
            COALESCE(s.revenue, (0)::numeric) AS revenue,
            COALESCE(s.quantity, (0)::bigint) AS quantity,
            COALESCE(s.orders, 0) AS orders,
                CASE
                    WHEN (s.product_key IS NULL) THEN (0)::numeric
                    ELSE s.margin
                END AS margin
           FROM (((months
             CROSS JOIN dwh.dim_product p)
             JOIN dwh.dim_category c ON ((p.category_key = c.category_key)))
             LEFT JOIN dwh.agg_product_monthly s ON (((months.year_month = s.year_month) AND (p.product_key = s.product_key))))
          WHERE (p.product_key <> 0)
        )
 SELECT m.year_month,
    m.sku,
    m.product,
    m.category,
    m.is_active,
    m.is_deleted,
    m.revenue,
    m.quantity,
    m.margin,
    (m.orders)::bigint AS orders,
    rank() OVER (PARTITION BY m.year_month ORDER BY m.revenue DESC) AS rank_by_revenue,
    ((1 + count(*) OVER (PARTITION BY m.year_month)) - count(*) OVER (PARTITION BY m.year_month ORDER BY m.revenue DESC)) AS rank_by_revenue_from_bottom,
    rank() OVER (PARTITION BY m.year_month ORDER BY m.quantity DESC) AS rank_by_quantity,
    ((1 + count(*) OVER (PARTITION BY m.year_month)) - count(*) OVER (PARTITION BY m.year_month ORDER BY m.quantity DESC)) AS rank_by_quantity_from_bottom
   FROM measured m;
COMMENT ON VIEW dwh.mart_product_ranking_monthly IS 'Products by revenue and quantity a month, from the top and from the bottom';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.year_month IS 'Month the orders were placed, such as 2026-11';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.sku IS 'Stock-keeping unit';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.product IS 'Name of the product';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.category IS 'Category of the product, from the top down';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.is_active IS 'True while on sale';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.is_deleted IS 'True when the source no longer has the product';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.revenue IS 'Revenue after discount, UAH; 0 when not sold in the month';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.quantity IS 'Pieces sold; 0 when not sold in the month';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.margin IS 'Margin, UAH; 0 when not sold in the month, NULL while not known';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.orders IS 'Distinct orders; never sum them across products';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.rank_by_revenue IS 'Rank by revenue in the month, 1 is the highest';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.rank_by_revenue_from_bottom IS 'Rank by revenue in the month, 1 is the lowest';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.rank_by_quantity IS 'Rank by pieces sold in the month, 1 is the highest';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.rank_by_quantity_from_bottom IS 'Rank by pieces sold in the month, 1 is the lowest';
CREATE VIEW dwh.mart_sales_by_category AS
 WITH sold AS (
         SELECT a.date_key,
            a.category_key,
            a.revenue,
            a.quantity,
            a.margin,
            (a.orders)::bigint AS orders,
            (a.lines)::bigint AS lines
           FROM dwh.agg_category_daily a
        ), days AS (
         SELECT d.full_date,
            d.date_key,
            d.year,
            d.year_month
           FROM dwh.dim_date d
          WHERE ((d.date_key >= ( SELECT min(a.date_key) AS min
                   FROM dwh.agg_category_daily a)) AND (d.date_key <= ( SELECT max(a.date_key) AS max
                   FROM dwh.agg_category_daily a)))
        ), categories AS (
         SELECT DISTINCT a.category_key
           FROM dwh.agg_sales_monthly a
        ), dense AS (
         SELECT days.full_date,
            days.year,
            days.year_month,
            categories.category_key,
            COALESCE(sold.revenue, (0)::numeric) AS revenue,
            COALESCE(sold.quantity, (0)::bigint) AS quantity,
                CASE
                    WHEN (sold.date_key IS NULL) THEN (0)::numeric
                    ELSE sold.margin
                END AS margin,
            COALESCE(sold.orders, (0)::bigint) AS orders,
            COALESCE(sold.lines, (0)::bigint) AS lines
           FROM ((days
             CROSS JOIN categories)
             LEFT JOIN sold ON (((days.date_key = sold.date_key) AND (categories.category_key = sold.category_key))))
        ), running AS (
         SELECT dense.full_date,
            dense.year,
            dense.year_month,
            dense.category_key,
            dense.revenue,
            dense.quantity,
            dense.margin,
            dense.orders,
            dense.lines,
            row_number() OVER by_day AS day_number,
            sum(dense.revenue) OVER (by_day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS revenue_28_days,
            sum(dense.revenue) OVER (by_day ROWS BETWEEN 55 PRECEDING AND 28 PRECEDING) AS revenue_previous_28_days,
            sum(dense.revenue) OVER (PARTITION BY dense.category_key, dense.year ORDER BY dense.full_date) AS revenue_year_to_date
           FROM dense
          WINDOW by_day AS (PARTITION BY dense.category_key ORDER BY dense.full_date)
        )
 SELECT now.full_date AS sale_date,
    now.year,
    now.year_month,
    c.path AS category,
    now.revenue,
    now.quantity,
    now.margin,
    now.orders,
    now.lines,
    ago.revenue AS revenue_year_ago,
        CASE
            WHEN (now.day_number >= 28) THEN now.revenue_28_days
            ELSE NULL::numeric
        END AS revenue_28_days,
        CASE
            WHEN (now.day_number >= 56) THEN now.revenue_previous_28_days
            ELSE NULL::numeric
        END AS revenue_previous_28_days,
    now.revenue_year_to_date,
    ago.revenue_year_to_date AS revenue_year_to_date_year_ago
   FROM ((running now
     LEFT JOIN running ago ON (((now.category_key = ago.category_key) AND (((now.full_date - '1 year'::interval))::date = ago.full_date))))
     LEFT JOIN dwh.dim_category c ON ((now.category_key = c.category_key)));
COMMENT ON VIEW dwh.mart_sales_by_category IS 'Sales a day and category, with earlier periods; orders do not add up across categories';
COMMENT ON COLUMN dwh.mart_sales_by_category.sale_date IS 'Day, business time; days without a sale included';
COMMENT ON COLUMN dwh.mart_sales_by_category.year IS 'Year of the day';
COMMENT ON COLUMN dwh.mart_sales_by_category.year_month IS 'Month of the day, such as 2026-11';
COMMENT ON COLUMN dwh.mart_sales_by_category.category IS 'Category of the products, from the top down';
COMMENT ON COLUMN dwh.mart_sales_by_category.revenue IS 'Revenue after discount, UAH; 0 without a sale';
COMMENT ON COLUMN dwh.mart_sales_by_category.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.mart_sales_by_category.margin IS 'Margin of the lines whose cost is known, UAH';
COMMENT ON COLUMN dwh.mart_sales_by_category.orders IS 'Distinct orders; never sum them across categories';
COMMENT ON COLUMN dwh.mart_sales_by_category.lines IS 'Order lines';
COMMENT ON COLUMN dwh.mart_sales_by_category.revenue_year_ago IS 'The same day a year before, UAH; NULL before the first sale';
COMMENT ON COLUMN dwh.mart_sales_by_category.revenue_28_days IS '28 days up to this one, UAH; NULL while there are fewer';
COMMENT ON COLUMN dwh.mart_sales_by_category.revenue_previous_28_days IS 'The 28 days before, UAH; NULL while there are fewer';
COMMENT ON COLUMN dwh.mart_sales_by_category.revenue_year_to_date IS 'From 1 January to this day, UAH';
COMMENT ON COLUMN dwh.mart_sales_by_category.revenue_year_to_date_year_ago IS 'A year before, UAH; NULL before the first sale';
CREATE VIEW dwh.mart_sales_by_month AS
 WITH months AS (
         SELECT d.year_month,
            min(d.year) AS year
           FROM dwh.dim_date d
          WHERE ((d.year_month >= ( SELECT min(a.year_month) AS min
                   FROM dwh.agg_sales_monthly a)) AND (d.year_month <= ( SELECT max(a.year_month) AS max
                   FROM dwh.agg_sales_monthly a)))
          GROUP BY d.year_month
        ), pairs AS (
         SELECT DISTINCT a.region_key,
            a.category_key
           FROM dwh.agg_sales_monthly a
        ), dense AS (
         SELECT months.year,
            months.year_month,
            pairs.region_key,
            pairs.category_key,
            COALESCE(a.revenue, (0)::numeric) AS revenue,
            COALESCE(a.quantity, (0)::bigint) AS quantity,
                CASE
                    WHEN (a.year_month IS NULL) THEN (0)::numeric
                    ELSE a.margin
                END AS margin,
            COALESCE(a.orders, 0) AS orders,
            COALESCE(a.lines, 0) AS lines
           FROM ((months
             CROSS JOIN pairs)
             LEFT JOIN dwh.agg_sales_monthly a ON (((months.year_month = a.year_month) AND (pairs.region_key = a.region_key) AND (pairs.category_key = a.category_key))))
        )
 SELECT dense.year,
    dense.year_month,
    r.name AS region,
    r.country,
    c.path AS category,
    dense.revenue,
    dense.quantity,
    dense.margin,
    (dense.orders)::bigint AS orders,
    (dense.lines)::bigint AS lines,
    lag(dense.revenue) OVER by_month AS revenue_previous_month,
    lag(dense.revenue, 12) OVER by_month AS revenue_year_ago,
    sum(dense.revenue) OVER (PARTITION BY dense.region_key, dense.category_key, dense.year ORDER BY dense.year_month) AS revenue_year_to_date
   FROM ((dense
     LEFT JOIN dwh.dim_region r ON ((dense.region_key = r.region_key)))
     LEFT JOIN dwh.dim_category c ON ((dense.category_key = c.category_key)))
  WINDOW by_month AS (PARTITION BY dense.region_key, dense.category_key ORDER BY dense.year_month);
COMMENT ON VIEW dwh.mart_sales_by_month IS 'Sales a month, region and category; orders do not add up across categories';
COMMENT ON COLUMN dwh.mart_sales_by_month.year IS 'Year of the month';
COMMENT ON COLUMN dwh.mart_sales_by_month.year_month IS 'Month, such as 2026-11; months without a sale included';
COMMENT ON COLUMN dwh.mart_sales_by_month.region IS 'Region of the sale';
COMMENT ON COLUMN dwh.mart_sales_by_month.country IS 'Country of the region';
COMMENT ON COLUMN dwh.mart_sales_by_month.category IS 'Category of the products, from the top down';
COMMENT ON COLUMN dwh.mart_sales_by_month.revenue IS 'Revenue after discount, UAH; 0 without a sale';
COMMENT ON COLUMN dwh.mart_sales_by_month.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.mart_sales_by_month.margin IS 'Margin of the lines whose cost is known, UAH';
COMMENT ON COLUMN dwh.mart_sales_by_month.orders IS 'Distinct orders; never sum them across categories';
COMMENT ON COLUMN dwh.mart_sales_by_month.lines IS 'Order lines';
COMMENT ON COLUMN dwh.mart_sales_by_month.revenue_previous_month IS 'The month before, UAH; NULL before the first month of sales';
COMMENT ON COLUMN dwh.mart_sales_by_month.revenue_year_ago IS 'The month a year before, UAH; NULL before the first month';
COMMENT ON COLUMN dwh.mart_sales_by_month.revenue_year_to_date IS 'Revenue from January to this month, UAH';
CREATE VIEW dwh.mart_sales_by_region AS
 WITH sold AS (
         SELECT a.date_key,
            a.region_key,
            sum(a.revenue) AS revenue,
            (sum(a.quantity))::bigint AS quantity,
            sum(a.margin) AS margin,
            sum(a.orders) AS orders,
            sum(a.lines) AS lines
           FROM dwh.agg_orders_daily a
          GROUP BY a.date_key, a.region_key
        ), days AS (
         SELECT d.full_date,
            d.date_key,
            d.year,
            d.year_month
           FROM dwh.dim_date d
          WHERE ((d.date_key >= ( SELECT min(a.date_key) AS min
                   FROM dwh.agg_orders_daily a)) AND (d.date_key <= ( SELECT max(a.date_key) AS max
                   FROM dwh.agg_orders_daily a)))
        ), regions AS (
         SELECT DISTINCT a.region_key
           FROM dwh.agg_sales_monthly a
        ), dense AS (
         SELECT days.full_date,
            days.year,
            days.year_month,
            regions.region_key,
            COALESCE(sold.revenue, (0)::numeric) AS revenue,
            COALESCE(sold.quantity, (0)::bigint) AS quantity,
                CASE
                    WHEN (sold.date_key IS NULL) THEN (0)::numeric
                    ELSE sold.margin
                END AS margin,
            COALESCE(sold.orders, (0)::bigint) AS orders,
            COALESCE(sold.lines, (0)::bigint) AS lines
           FROM ((days
             CROSS JOIN regions)
             LEFT JOIN sold ON (((days.date_key = sold.date_key) AND (regions.region_key = sold.region_key))))
        ), running AS (
         SELECT dense.full_date,
            dense.year,
            dense.year_month,
            dense.region_key,
            dense.revenue,
            dense.quantity,
            dense.margin,
            dense.orders,
            dense.lines,
            row_number() OVER by_day AS day_number,
            sum(dense.revenue) OVER (by_day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS revenue_28_days,
            sum(dense.revenue) OVER (by_day ROWS BETWEEN 55 PRECEDING AND 28 PRECEDING) AS revenue_previous_28_days,
            sum(dense.revenue) OVER (PARTITION BY dense.region_key, dense.year ORDER BY dense.full_date) AS revenue_year_to_date
           FROM dense
          WINDOW by_day AS (PARTITION BY dense.region_key ORDER BY dense.full_date)
        )
 SELECT now.full_date AS sale_date,
    now.year,
    now.year_month,
    r.name AS region,
    r.country,
    now.revenue,
    now.quantity,
    now.margin,
    now.orders,
    now.lines,
    round((now.revenue / (NULLIF(now.orders, 0))::numeric), 2) AS average_check,
    ago.revenue AS revenue_year_ago,
        CASE
            WHEN (now.day_number >= 28) THEN now.revenue_28_days
            ELSE NULL::numeric
        END AS revenue_28_days,
        CASE
            WHEN (now.day_number >= 56) THEN now.revenue_previous_28_days
            ELSE NULL::numeric
        END AS revenue_previous_28_days,
    now.revenue_year_to_date,
    ago.revenue_year_to_date AS revenue_year_to_date_year_ago
   FROM ((running now
     LEFT JOIN running ago ON (((now.region_key = ago.region_key) AND (((now.full_date - '1 year'::interval))::date = ago.full_date))))
     LEFT JOIN dwh.dim_region r ON ((now.region_key = r.region_key)));
COMMENT ON VIEW dwh.mart_sales_by_region IS 'Sales a day and region, every day, with earlier periods';
COMMENT ON COLUMN dwh.mart_sales_by_region.sale_date IS 'Day, business time; days without a sale included';
COMMENT ON COLUMN dwh.mart_sales_by_region.year IS 'Year of the day';
COMMENT ON COLUMN dwh.mart_sales_by_region.year_month IS 'Month of the day, such as 2026-11';
COMMENT ON COLUMN dwh.mart_sales_by_region.region IS 'Region of the sale';
COMMENT ON COLUMN dwh.mart_sales_by_region.country IS 'Country of the region';
COMMENT ON COLUMN dwh.mart_sales_by_region.revenue IS 'Revenue after discount, UAH; 0 without a sale';
COMMENT ON COLUMN dwh.mart_sales_by_region.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.mart_sales_by_region.margin IS 'Margin of the lines whose cost is known, UAH';
COMMENT ON COLUMN dwh.mart_sales_by_region.orders IS 'Distinct orders';
COMMENT ON COLUMN dwh.mart_sales_by_region.lines IS 'Order lines';
COMMENT ON COLUMN dwh.mart_sales_by_region.average_check IS 'Revenue / distinct orders, UAH, rounded to cents; NULL without an order';
COMMENT ON COLUMN dwh.mart_sales_by_region.revenue_year_ago IS 'The same day a year before, UAH; NULL before the first sale';
COMMENT ON COLUMN dwh.mart_sales_by_region.revenue_28_days IS '28 days up to this one, UAH; NULL while there are fewer';
COMMENT ON COLUMN dwh.mart_sales_by_region.revenue_previous_28_days IS 'The 28 days before, UAH; NULL while there are fewer';
COMMENT ON COLUMN dwh.mart_sales_by_region.revenue_year_to_date IS 'From 1 January to this day, UAH';
COMMENT ON COLUMN dwh.mart_sales_by_region.revenue_year_to_date_year_ago IS 'A year before, UAH; NULL before the first sale';
CREATE VIEW dwh.mart_sales_dynamics AS
 SELECT d.full_date AS sale_date,
    d.year,
    d.year_month,
    r.name AS region,
    r.country,
    c.path AS category,
    a.revenue,
    a.quantity,
    a.cost,
    a.margin,
    a.discount_amount,
    (a.orders)::bigint AS orders,
    (a.lines)::bigint AS lines,
    (a.lines_without_cost)::bigint AS lines_without_cost
   FROM (((dwh.agg_sales_daily a
     LEFT JOIN dwh.dim_date d ON ((a.date_key = d.date_key)))
     LEFT JOIN dwh.dim_region r ON ((a.region_key = r.region_key)))
     LEFT JOIN dwh.dim_category c ON ((a.category_key = c.category_key)));
COMMENT ON VIEW dwh.mart_sales_dynamics IS 'Sales a day, region and category; orders do not add up across categories';
COMMENT ON COLUMN dwh.mart_sales_dynamics.sale_date IS 'Day the orders were placed, business time';
COMMENT ON COLUMN dwh.mart_sales_dynamics.year IS 'Year of the day';
COMMENT ON COLUMN dwh.mart_sales_dynamics.year_month IS 'Month of the day, such as 2026-11';
COMMENT ON COLUMN dwh.mart_sales_dynamics.region IS 'Region of the sale';
COMMENT ON COLUMN dwh.mart_sales_dynamics.country IS 'Country of the region';
COMMENT ON COLUMN dwh.mart_sales_dynamics.category IS 'Category of the products, from the top down';
COMMENT ON COLUMN dwh.mart_sales_dynamics.revenue IS 'Revenue after discount, UAH';
COMMENT ON COLUMN dwh.mart_sales_dynamics.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.mart_sales_dynamics.cost IS 'Cost of the lines whose cost is known, UAH';
COMMENT ON COLUMN dwh.mart_sales_dynamics.margin IS 'Margin of the lines whose cost is known, UAH';
COMMENT ON COLUMN dwh.mart_sales_dynamics.discount_amount IS 'Discount given, UAH';
COMMENT ON COLUMN dwh.mart_sales_dynamics.orders IS 'Distinct orders; never sum them across categories';
COMMENT ON COLUMN dwh.mart_sales_dynamics.lines IS 'Order lines';
COMMENT ON COLUMN dwh.mart_sales_dynamics.lines_without_cost IS 'Order lines whose product, and so cost, is not known yet';
CREATE TABLE dwh.schema_migrations (
    name text NOT NULL,
    version text NOT NULL,
    applied_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);
COMMENT ON TABLE dwh.schema_migrations IS 'Numbered changes that the tables have, one row a migration; a new warehouse has all';
COMMENT ON COLUMN dwh.schema_migrations.name IS 'File of the migration: number, and what it does';
COMMENT ON COLUMN dwh.schema_migrations.version IS 'Version of the pipeline whose bootstrap applied it, or made the warehouse';
COMMENT ON COLUMN dwh.schema_migrations.applied_at IS 'When that was';
CREATE UNLOGGED TABLE stg.batch_rejects (
    table_name text NOT NULL,
    row_key text NOT NULL,
    rule text NOT NULL,
    order_id bigint,
    row_data jsonb NOT NULL
);
COMMENT ON TABLE stg.batch_rejects IS 'Rows rejected or held by the gate in the batch in hand';
COMMENT ON COLUMN stg.batch_rejects.table_name IS 'Source table of the row';
COMMENT ON COLUMN stg.batch_rejects.row_key IS 'Key of the source row, as text';
COMMENT ON COLUMN stg.batch_rejects.rule IS 'Rule that the row breaks, or held_with_order';
COMMENT ON COLUMN stg.batch_rejects.order_id IS 'Order that the row belongs to, where it belongs to one';
COMMENT ON COLUMN stg.batch_rejects.row_data IS 'The whole row as staged';
CREATE UNLOGGED TABLE stg.categories (
    category_id integer,
    name text,
    parent_category_id integer,
    updated_at timestamp with time zone
);
COMMENT ON TABLE stg.categories IS 'Product categories, a tree, as staged by the batch in hand';
COMMENT ON COLUMN stg.categories.category_id IS 'Key of the category';
COMMENT ON COLUMN stg.categories.name IS 'Name of the category';
COMMENT ON COLUMN stg.categories.parent_category_id IS 'Category above; NULL at the top';
COMMENT ON COLUMN stg.categories.updated_at IS 'When the source last changed the row; the cursor of incremental loads';
CREATE VIEW stg.accepted_categories AS
 SELECT staged.category_id,
    staged.name,
    staged.parent_category_id,
    staged.updated_at
   FROM stg.categories staged
  WHERE (NOT (EXISTS ( SELECT
           FROM stg.batch_rejects rejected
          WHERE ((rejected.table_name = 'categories'::text) AND (rejected.row_key = (staged.category_id)::text)))));
COMMENT ON VIEW stg.accepted_categories IS 'Rows of stg.categories that the gate let through';
CREATE UNLOGGED TABLE stg.customers (
    customer_id bigint,
    full_name text,
    email text,
    phone text,
    region_id integer,
    created_at timestamp without time zone,
    updated_at timestamp with time zone
);
COMMENT ON TABLE stg.customers IS 'People and companies who buy, as staged by the batch in hand';
COMMENT ON COLUMN stg.customers.customer_id IS 'Key of the customer';
COMMENT ON COLUMN stg.customers.full_name IS 'Name as on the invoice';
COMMENT ON COLUMN stg.customers.email IS 'E-mail address';
COMMENT ON COLUMN stg.customers.phone IS 'Telephone number';
COMMENT ON COLUMN stg.customers.region_id IS 'Home region';
COMMENT ON COLUMN stg.customers.created_at IS 'When the account was opened, business time';
COMMENT ON COLUMN stg.customers.updated_at IS 'When the source last changed the row; the cursor of incremental loads';
CREATE VIEW stg.accepted_customers AS
 SELECT staged.customer_id,
    staged.full_name,
    staged.email,
    staged.phone,
    staged.region_id,
    staged.created_at,
    staged.updated_at
   FROM stg.customers staged
  WHERE (NOT (EXISTS ( SELECT
           FROM stg.batch_rejects rejected
          WHERE ((rejected.table_name = 'customers'::text) AND (rejected.row_key = (staged.customer_id)::text)))));
COMMENT ON VIEW stg.accepted_customers IS 'Rows of stg.customers that the gate let through';
CREATE UNLOGGED TABLE stg.employees (
    employee_id integer,
    full_name text,
    email text,
    "position" text,
    region_id integer,
    hired_at date,
    updated_at timestamp with time zone
);
COMMENT ON TABLE stg.employees IS 'Staff who sell, as staged by the batch in hand';
COMMENT ON COLUMN stg.employees.employee_id IS 'Key of the employee';
COMMENT ON COLUMN stg.employees.full_name IS 'Name of the employee';
COMMENT ON COLUMN stg.employees.email IS 'Work e-mail address';
COMMENT ON COLUMN stg.employees."position" IS 'Position held';
COMMENT ON COLUMN stg.employees.region_id IS 'Region of work';
COMMENT ON COLUMN stg.employees.hired_at IS 'First day of work';
COMMENT ON COLUMN stg.employees.updated_at IS 'When the source last changed the row; the cursor of incremental loads';
CREATE VIEW stg.accepted_employees AS
 SELECT staged.employee_id,
    staged.full_name,
    staged.email,
    staged."position",
    staged.region_id,
    staged.hired_at,
    staged.updated_at
   FROM stg.employees staged
  WHERE (NOT (EXISTS ( SELECT
           FROM stg.batch_rejects rejected
          WHERE ((rejected.table_name = 'employees'::text) AND (rejected.row_key = (staged.employee_id)::text)))));
COMMENT ON VIEW stg.accepted_employees IS 'Rows of stg.employees that the gate let through';
CREATE UNLOGGED TABLE stg.order_items (
    order_item_id bigint,
    order_id bigint,
    product_id integer,
    quantity integer,
    unit_price numeric(12,2),
    discount numeric(5,4),
    updated_at timestamp with time zone
);
COMMENT ON TABLE stg.order_items IS 'Order lines, as staged by the batch in hand';
COMMENT ON COLUMN stg.order_items.order_item_id IS 'Key of the line';
COMMENT ON COLUMN stg.order_items.order_id IS 'Order of the line';
COMMENT ON COLUMN stg.order_items.product_id IS 'Product sold';
COMMENT ON COLUMN stg.order_items.quantity IS 'Pieces';
COMMENT ON COLUMN stg.order_items.unit_price IS 'Price of one piece before discount, UAH';
COMMENT ON COLUMN stg.order_items.discount IS 'Discount as a fraction, 0 to 1';
COMMENT ON COLUMN stg.order_items.updated_at IS 'When the source last changed the row; the cursor of incremental loads';
CREATE VIEW stg.accepted_order_items AS
 SELECT staged.order_item_id,
    staged.order_id,
    staged.product_id,
    staged.quantity,
    staged.unit_price,
    staged.discount,
    staged.updated_at
   FROM stg.order_items staged
  WHERE (NOT (EXISTS ( SELECT
           FROM stg.batch_rejects rejected
          WHERE ((rejected.table_name = 'order_items'::text) AND (rejected.row_key = (staged.order_item_id)::text)))));
COMMENT ON VIEW stg.accepted_order_items IS 'Rows of stg.order_items that the gate let through';
CREATE UNLOGGED TABLE stg.orders (
    order_id bigint,
    customer_id bigint,
    employee_id integer,
    order_date timestamp without time zone,
    region_id integer,
    total_amount numeric(12,2),
    status text,
    updated_at timestamp with time zone
);
COMMENT ON TABLE stg.orders IS 'Order headers, as staged by the batch in hand';
COMMENT ON COLUMN stg.orders.order_id IS 'Key of the order';
COMMENT ON COLUMN stg.orders.customer_id IS 'Who bought';
COMMENT ON COLUMN stg.orders.employee_id IS 'Who sold; NULL for an order placed online';
COMMENT ON COLUMN stg.orders.order_date IS 'When the order was placed, business time';
COMMENT ON COLUMN stg.orders.region_id IS 'Region of the sale';
COMMENT ON COLUMN stg.orders.total_amount IS 'Sum of the lines after discount, UAH';
COMMENT ON COLUMN stg.orders.status IS 'new, paid, shipped, delivered, cancelled or returned';
COMMENT ON COLUMN stg.orders.updated_at IS 'When the source last changed the row; the cursor of incremental loads';
CREATE VIEW stg.accepted_orders AS
 SELECT staged.order_id,
    staged.customer_id,
    staged.employee_id,
    staged.order_date,
    staged.region_id,
    staged.total_amount,
    staged.status,
    staged.updated_at
   FROM stg.orders staged
  WHERE (NOT (EXISTS ( SELECT
           FROM stg.batch_rejects rejected
          WHERE ((rejected.table_name = 'orders'::text) AND (rejected.row_key = (staged.order_id)::text)))));
COMMENT ON VIEW stg.accepted_orders IS 'Rows of stg.orders that the gate let through';
CREATE UNLOGGED TABLE stg.payments (
    payment_id bigint,
    order_id bigint,
    method text,
    paid_at timestamp without time zone,
    amount numeric(12,2),
    updated_at timestamp with time zone
);
COMMENT ON TABLE stg.payments IS 'Payments received, as staged by the batch in hand';
COMMENT ON COLUMN stg.payments.payment_id IS 'Key of the payment';
COMMENT ON COLUMN stg.payments.order_id IS 'Order paid';
COMMENT ON COLUMN stg.payments.method IS 'card, cash, bank_transfer, instalments or gift_card';
COMMENT ON COLUMN stg.payments.paid_at IS 'When the money arrived, business time';
COMMENT ON COLUMN stg.payments.amount IS 'Amount paid, UAH';
COMMENT ON COLUMN stg.payments.updated_at IS 'When the source last changed the row; the cursor of incremental loads';
CREATE VIEW stg.accepted_payments AS
 SELECT staged.payment_id,
    staged.order_id,
    staged.method,
    staged.paid_at,
    staged.amount,
    staged.updated_at
   FROM stg.payments staged
  WHERE (NOT (EXISTS ( SELECT
           FROM stg.batch_rejects rejected
          WHERE ((rejected.table_name = 'payments'::text) AND (rejected.row_key = (staged.payment_id)::text)))));
COMMENT ON VIEW stg.accepted_payments IS 'Rows of stg.payments that the gate let through';
CREATE UNLOGGED TABLE stg.products (
    product_id integer,
    sku text,
    name text,
    category_id integer,
    unit_cost numeric(12,2),
    list_price numeric(12,2),
    is_active smallint,
    updated_at timestamp with time zone
);
COMMENT ON TABLE stg.products IS 'Products on sale, past and present, as staged by the batch in hand';
COMMENT ON COLUMN stg.products.product_id IS 'Key of the product';
COMMENT ON COLUMN stg.products.sku IS 'Stock-keeping unit, unique';
COMMENT ON COLUMN stg.products.name IS 'Name of the product';
COMMENT ON COLUMN stg.products.category_id IS 'Category of the product';
COMMENT ON COLUMN stg.products.unit_cost IS 'Purchase price of one piece, UAH';
COMMENT ON COLUMN stg.products.list_price IS 'Price of one piece before discount, UAH';
COMMENT ON COLUMN stg.products.is_active IS '1 while on sale, else 0';
COMMENT ON COLUMN stg.products.updated_at IS 'When the source last changed the row; the cursor of incremental loads';
CREATE VIEW stg.accepted_products AS
 SELECT staged.product_id,
    staged.sku,
    staged.name,
    staged.category_id,
    staged.unit_cost,
    staged.list_price,
    staged.is_active,
    staged.updated_at
   FROM stg.products staged
  WHERE (NOT (EXISTS ( SELECT
           FROM stg.batch_rejects rejected
          WHERE ((rejected.table_name = 'products'::text) AND (rejected.row_key = (staged.product_id)::text)))));
COMMENT ON VIEW stg.accepted_products IS 'Rows of stg.products that the gate let through';
CREATE UNLOGGED TABLE stg.regions (
    region_id integer,
    name text,
    country text,
    updated_at timestamp with time zone
);
COMMENT ON TABLE stg.regions IS 'Sales regions, as staged by the batch in hand';
COMMENT ON COLUMN stg.regions.region_id IS 'Key of the region';
COMMENT ON COLUMN stg.regions.name IS 'Name of the region';
COMMENT ON COLUMN stg.regions.country IS 'Country of the region';
COMMENT ON COLUMN stg.regions.updated_at IS 'When the source last changed the row; the cursor of incremental loads';
CREATE VIEW stg.accepted_regions AS
 SELECT staged.region_id,
    staged.name,
    staged.country,
    staged.updated_at
   FROM stg.regions staged
  WHERE (NOT (EXISTS ( SELECT
           FROM stg.batch_rejects rejected
          WHERE ((rejected.table_name = 'regions'::text) AND (rejected.row_key = (staged.region_id)::text)))));
COMMENT ON VIEW stg.accepted_regions IS 'Rows of stg.regions that the gate let through';
CREATE UNLOGGED TABLE stg.asked_keys (
    table_name text NOT NULL,
    source_key bigint NOT NULL
);
COMMENT ON TABLE stg.asked_keys IS 'Keys that the batch in hand looked for, by table; of all rows of an order, the order''s';
COMMENT ON COLUMN stg.asked_keys.table_name IS 'Source table of the key';
COMMENT ON COLUMN stg.asked_keys.source_key IS 'Key of the source row';
CREATE TABLE stg.rejected_rows (
    rejected_id bigint NOT NULL,
    table_name text NOT NULL,
    row_key text NOT NULL,
    rule text NOT NULL,
    order_id bigint,
    row_data jsonb NOT NULL,
    first_batch_id bigint NOT NULL,
    batch_id bigint NOT NULL,
    released_batch_id bigint,
    rejected_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    resolved_at timestamp with time zone,
    resolved_batch_id bigint
);
COMMENT ON TABLE stg.rejected_rows IS 'Quarantine: rows that broke a critical rule, or were held with their order, until they pass';
COMMENT ON COLUMN stg.rejected_rows.rejected_id IS 'Key of the entry';
COMMENT ON COLUMN stg.rejected_rows.table_name IS 'Source table of the row';
COMMENT ON COLUMN stg.rejected_rows.row_key IS 'Key of the source row, as text';
COMMENT ON COLUMN stg.rejected_rows.rule IS 'Rule that the row breaks, or held_with_order';
COMMENT ON COLUMN stg.rejected_rows.order_id IS 'Order that the row belongs to, where it belongs to one';
COMMENT ON COLUMN stg.rejected_rows.row_data IS 'The whole row as staged';
COMMENT ON COLUMN stg.rejected_rows.first_batch_id IS 'Batch that rejected the row first';
COMMENT ON COLUMN stg.rejected_rows.batch_id IS 'Batch that rejected the row last';
COMMENT ON COLUMN stg.rejected_rows.released_batch_id IS 'Released batch that rejected the row last; NULL while only blocked ones did';
COMMENT ON COLUMN stg.rejected_rows.rejected_at IS 'When the row was rejected first';
COMMENT ON COLUMN stg.rejected_rows.last_seen_at IS 'When the row was rejected last';
COMMENT ON COLUMN stg.rejected_rows.resolved_at IS 'When the row passed, or was found gone from the source; NULL while it waits';
COMMENT ON COLUMN stg.rejected_rows.resolved_batch_id IS 'Batch in which the row passed, or was found gone from the source';
ALTER TABLE stg.rejected_rows ALTER COLUMN rejected_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME stg.rejected_rows_rejected_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE UNLOGGED TABLE stg.staged_parts (
    extract_id text NOT NULL,
    table_name text NOT NULL,
    part text NOT NULL,
    row_count bigint NOT NULL
);
COMMENT ON TABLE stg.staged_parts IS 'Receipts of COPY, one row a part of the sealed extract';
COMMENT ON COLUMN stg.staged_parts.extract_id IS 'Sealed extract of the part';
COMMENT ON COLUMN stg.staged_parts.table_name IS 'Source table of the part';
COMMENT ON COLUMN stg.staged_parts.part IS 'File of the part';
COMMENT ON COLUMN stg.staged_parts.row_count IS 'Rows that COPY took';
INSERT INTO dwh.agg_category_daily VALUES
	(20260903, 2, 1798.00, 2, 718.00, 1, 1),
	(20261015, 8, 549.90, 1, 239.90, 1, 1),
	(20260905, 3, 5799.00, 1, 1849.00, 1, 1),
	(20260908, 8, 5286.47, 3, 1836.47, 1, 1),
	(20261006, 2, 1438.40, 2, 358.40, 1, 1),
	(20260927, 5, 15199.05, 1, 3999.05, 1, 1),
	(20261026, 2, 3598.00, 2, 1387.50, 1, 1),
	(20260925, 8, 3419.82, 2, 1119.82, 1, 1),
	(20261006, 5, 17998.00, 2, 5198.00, 1, 1),
	(20260922, 2, 2292.45, 3, 672.45, 1, 1),
	(20260915, 2, 3598.20, 2, 1102.45, 1, 2),
	(20260908, 4, 108514.72, 3, 22114.72, 1, 1),
	(20261001, 2, 899.00, 1, 359.00, 1, 1),
	(20261022, 3, 5799.00, 1, 1849.00, 1, 1),
	(20260925, 4, 43198.20, 2, 8598.20, 1, 1),
	(20261028, 4, 32499.00, 1, 8399.00, 1, 1),
	(20260919, 4, 31524.03, 1, 7424.03, 1, 1),
	(20261003, 8, 1899.90, 1, 749.90, 1, 1),
	(20260910, 5, 8999.00, 1, 2599.00, 1, 1),
	(20260908, 2, 6597.00, 3, 2425.50, 1, 1),
	(20261020, 4, 105595.60, 5, 19095.60, 1, 1),
	(20261022, 2, 1979.10, 1, 588.60, 1, 1),
	(20261001, 3, 16199.10, 1, 3599.10, 1, 1),
	(20261015, 2, 1799.00, 1, 693.75, 1, 1),
	(20260903, 8, 549.90, 1, 239.90, 1, 1),
	(20261012, 2, 4251.55, 2, 1470.55, 1, 1),
	(20261028, 8, 1709.91, 1, 559.91, 1, 1),
	(20260919, 8, 533.40, 1, 223.40, 1, 1),
	(20261015, 5, 15999.00, 1, 4799.00, 1, 1),
	(20261024, 5, 39899.05, 1, 8399.05, 1, 1),
	(20260903, 4, 22799.05, 1, 5499.05, 1, 1),
	(20260922, 8, 934.83, 2, 314.83, 1, 1),
	(20261020, 8, 2419.56, 5, 869.56, 1, 1);
INSERT INTO dwh.agg_orders_daily VALUES
	(20260903, 1, 1, 25146.95, 4, 18690.00, 6456.95, 1199.95, 1, 3),
	(20261022, 5, 6, 7778.10, 2, 5340.50, 2437.60, 219.90, 1, 2),
	(20261012, 3, 3, 4251.55, 2, 2781.00, 1470.55, 146.45, 1, 1),
	(20261024, 1, 1, 39899.05, 1, 31500.00, 8399.05, 2099.95, 1, 1),
	(20260925, 2, 2, 46618.02, 4, 36900.00, 9718.02, 5179.78, 1, 2),
	(20261006, 1, 1, 19436.40, 4, 13880.00, 5556.40, 359.60, 1, 2),
	(20261015, 2, 2, 18347.90, 3, 12615.25, 5732.65, 0.00, 1, 3),
	(20260927, 1, 0, 15199.05, 1, 11200.00, 3999.05, 799.95, 1, 1),
	(20260905, 4, 0, 5799.00, 1, 3950.00, 1849.00, 0.00, 1, 1),
	(20260908, 4, 4, 120398.19, 9, 94021.50, 26376.69, 8895.51, 1, 3),
	(20260919, 3, 3, 32057.43, 2, 24410.00, 7647.43, 991.47, 1, 2),
	(20260915, 2, 2, 3598.20, 2, 2495.75, 1102.45, 399.80, 1, 2),
	(20261020, 4, 4, 108015.16, 10, 88050.00, 19965.16, 14729.34, 1, 2),
	(20261028, 2, 2, 34208.91, 2, 25250.00, 8958.91, 189.99, 1, 2),
	(20261003, 4, 5, 1899.90, 1, 1150.00, 749.90, 0.00, 1, 1),
	(20260922, 5, 6, 3227.28, 5, 2240.00, 987.28, 569.52, 1, 2),
	(20261026, 3, 0, 3598.00, 2, 2210.50, 1387.50, 0.00, 1, 1),
	(20260910, 5, 6, 8999.00, 1, 6400.00, 2599.00, 0.00, 1, 1),
	(20261001, 4, 4, 17098.10, 2, 13140.00, 3958.10, 1799.90, 1, 2);
INSERT INTO dwh.agg_payments_monthly VALUES
	('2026-09', 2, 'bank_transfer', 46618.02, 1),
	('2026-10', 4, 'bank_transfer', 108015.16, 1),
	('2026-09', 2, 'cash', 3598.20, 1),
	('2026-09', 3, 'card', 74056.43, 2),
	('2026-10', 4, 'cash', 1899.90, 1),
	('2026-09', 1, 'card', 15199.05, 1),
	('2026-09', 4, 'card', 5799.00, 1),
	('2026-09', 5, 'gift_card', 3227.28, 1),
	('2026-10', 4, 'card', 17098.10, 1),
	('2026-10', 1, 'card', 59335.45, 2),
	('2026-10', 5, 'card', 7778.10, 1),
	('2026-10', 3, 'card', 7849.55, 2),
	('2026-09', 5, 'instalments', 8999.00, 2),
	('2026-10', 2, 'instalments', 18347.90, 2),
	('2026-09', 4, 'bank_transfer', 120398.19, 1),
	('2026-09', 1, 'cash', 25146.95, 1),
	('2026-10', 2, 'bank_transfer', 34208.91, 1);
INSERT INTO dwh.agg_product_monthly VALUES
	('2026-10', 3, 32499.00, 1, 8399.00, 1, 1),
	('2026-10', 7, 2337.40, 3, 717.40, 2, 2),
	('2026-10', 9, 6230.65, 3, 2059.15, 2, 2),
	('2026-10', 4, 39899.05, 1, 8399.05, 1, 1),
	('2026-09', 12, 8999.00, 1, 2599.00, 1, 1),
	('2026-09', 2, 8706.29, 5, 2956.29, 2, 2),
	('2026-09', 11, 15199.05, 1, 3999.05, 1, 1),
	('2026-10', 1, 2969.46, 6, 1109.46, 2, 2),
	('2026-09', 5, 5799.00, 1, 1849.00, 1, 1),
	('2026-09', 15, 1619.10, 1, 513.85, 1, 1),
	('2026-10', 8, 105595.60, 5, 19095.60, 1, 1),
	('2026-09', 8, 65997.25, 3, 14097.25, 2, 2),
	('2026-10', 15, 5397.00, 3, 2081.25, 2, 2),
	('2026-10', 5, 5799.00, 1, 1849.00, 1, 1),
	('2026-10', 13, 16199.10, 1, 3599.10, 1, 1),
	('2026-09', 1, 2018.13, 4, 778.13, 3, 3),
	('2026-10', 11, 15999.00, 1, 4799.00, 1, 1),
	('2026-10', 2, 3609.81, 2, 1309.81, 2, 2),
	('2026-10', 12, 17998.00, 2, 5198.00, 1, 1),
	('2026-09', 9, 8576.10, 4, 3014.10, 2, 2),
	('2026-09', 7, 4090.45, 5, 1390.45, 2, 2),
	('2026-09', 3, 31524.03, 1, 7424.03, 1, 1),
	('2026-09', 14, 108514.72, 3, 22114.72, 1, 1);
INSERT INTO dwh.agg_sales_daily VALUES
	(20261001, 4, 2, 899.00, 1, 540.00, 359.00, 0.00, 1, 1, 0),
	(20260903, 1, 4, 22799.05, 1, 17300.00, 5499.05, 1199.95, 1, 1, 0),
	(20260910, 5, 5, 8999.00, 1, 6400.00, 2599.00, 0.00, 1, 1, 0),
	(20260908, 4, 8, 5286.47, 3, 3450.00, 1836.47, 413.23, 1, 1, 0),
	(20260927, 1, 5, 15199.05, 1, 11200.00, 3999.05, 799.95, 1, 1, 0),
	(20261028, 2, 4, 32499.00, 1, 24100.00, 8399.00, 0.00, 1, 1, 0),
	(20261015, 2, 5, 15999.00, 1, 11200.00, 4799.00, 0.00, 1, 1, 0),
	(20261003, 4, 8, 1899.90, 1, 1150.00, 749.90, 0.00, 1, 1, 0),
	(20261022, 5, 3, 5799.00, 1, 3950.00, 1849.00, 0.00, 1, 1, 0),
	(20261015, 2, 2, 1799.00, 1, 1105.25, 693.75, 0.00, 1, 1, 0),
	(20260903, 1, 8, 549.90, 1, 310.00, 239.90, 0.00, 1, 1, 0),
	(20261028, 2, 8, 1709.91, 1, 1150.00, 559.91, 189.99, 1, 1, 0),
	(20260922, 5, 2, 2292.45, 3, 1620.00, 672.45, 404.55, 1, 1, 0),
	(20260908, 4, 4, 108514.72, 3, 86400.00, 22114.72, 8482.28, 1, 1, 0),
	(20260925, 2, 8, 3419.82, 2, 2300.00, 1119.82, 379.98, 1, 1, 0),
	(20261022, 5, 2, 1979.10, 1, 1390.50, 588.60, 219.90, 1, 1, 0),
	(20260905, 4, 3, 5799.00, 1, 3950.00, 1849.00, 0.00, 1, 1, 0),
	(20260908, 4, 2, 6597.00, 3, 4171.50, 2425.50, 0.00, 1, 1, 0),
	(20260915, 2, 2, 3598.20, 2, 2495.75, 1102.45, 399.80, 1, 2, 0),
	(20261024, 1, 5, 39899.05, 1, 31500.00, 8399.05, 2099.95, 1, 1, 0),
	(20261020, 4, 4, 105595.60, 5, 86500.00, 19095.60, 14399.40, 1, 1, 0),
	(20261006, 1, 2, 1438.40, 2, 1080.00, 358.40, 359.60, 1, 1, 0),
	(20260919, 3, 4, 31524.03, 1, 24100.00, 7424.03, 974.97, 1, 1, 0),
	(20260925, 2, 4, 43198.20, 2, 34600.00, 8598.20, 4799.80, 1, 1, 0),
	(20261006, 1, 5, 17998.00, 2, 12800.00, 5198.00, 0.00, 1, 1, 0),
	(20261001, 4, 3, 16199.10, 1, 12600.00, 3599.10, 1799.90, 1, 1, 0),
	(20260922, 5, 8, 934.83, 2, 620.00, 314.83, 164.97, 1, 1, 0),
	(20261020, 4, 8, 2419.56, 5, 1550.00, 869.56, 329.94, 1, 1, 0),
	(20261026, 3, 2, 3598.00, 2, 2210.50, 1387.50, 0.00, 1, 1, 0),
	(20260903, 1, 2, 1798.00, 2, 1080.00, 718.00, 0.00, 1, 1, 0),
	(20261012, 3, 2, 4251.55, 2, 2781.00, 1470.55, 146.45, 1, 1, 0),
	(20261015, 2, 8, 549.90, 1, 310.00, 239.90, 0.00, 1, 1, 0),
	(20260919, 3, 8, 533.40, 1, 310.00, 223.40, 16.50, 1, 1, 0);
INSERT INTO dwh.agg_sales_monthly VALUES
	('2026-09', 1, 8, 549.90, 1, 239.90, 1, 1),
	('2026-09', 5, 8, 934.83, 2, 314.83, 1, 1),
	('2026-10', 3, 2, 7849.55, 4, 2858.05, 2, 2),
	('2026-10', 1, 5, 57897.05, 3, 13597.05, 2, 2),
	('2026-10', 2, 8, 2259.81, 2, 799.81, 2, 2),
	('2026-09', 3, 4, 31524.03, 1, 7424.03, 1, 1),
	('2026-09', 4, 8, 5286.47, 3, 1836.47, 1, 1),
	('2026-09', 1, 4, 22799.05, 1, 5499.05, 1, 1),
	('2026-10', 1, 2, 1438.40, 2, 358.40, 1, 1),
	('2026-10', 5, 2, 1979.10, 1, 588.60, 1, 1),
	('2026-09', 4, 3, 5799.00, 1, 1849.00, 1, 1),
	('2026-09', 3, 8, 533.40, 1, 223.40, 1, 1),
	('2026-10', 2, 4, 32499.00, 1, 8399.00, 1, 1),
	('2026-09', 2, 2, 3598.20, 2, 1102.45, 1, 2),
	('2026-09', 4, 4, 108514.72, 3, 22114.72, 1, 1),
	('2026-10', 4, 2, 899.00, 1, 359.00, 1, 1),
	('2026-09', 4, 2, 6597.00, 3, 2425.50, 1, 1),
	('2026-10', 4, 4, 105595.60, 5, 19095.60, 1, 1),
	('2026-10', 5, 3, 5799.00, 1, 1849.00, 1, 1),
	('2026-10', 2, 2, 1799.00, 1, 693.75, 1, 1),
	('2026-09', 2, 4, 43198.20, 2, 8598.20, 1, 1),
	('2026-10', 4, 3, 16199.10, 1, 3599.10, 1, 1),
	('2026-09', 5, 2, 2292.45, 3, 672.45, 1, 1),
	('2026-09', 1, 2, 1798.00, 2, 718.00, 1, 1),
	('2026-10', 4, 8, 4319.46, 6, 1619.46, 2, 2),
	('2026-09', 5, 5, 8999.00, 1, 2599.00, 1, 1),
	('2026-09', 1, 5, 15199.05, 1, 3999.05, 1, 1),
	('2026-09', 2, 8, 3419.82, 2, 1119.82, 1, 1),
	('2026-10', 2, 5, 15999.00, 1, 4799.00, 1, 1);
INSERT INTO dwh.dim_category OVERRIDING SYSTEM VALUE VALUES
	(0, NULL, '(unknown)', NULL, NULL, '(unknown)', 1, false, false, NULL),
	(1, 2, 'Комп''ютери та ноутбуки', NULL, NULL, 'Комп''ютери та ноутбуки', 1, false, false, 1),
	(6, 1, 'Смартфони та зв''язок', NULL, NULL, 'Смартфони та зв''язок', 1, false, false, 1),
	(7, 3, 'Техніка для кухні', NULL, NULL, 'Техніка для кухні', 1, false, false, 1),
	(2, 5, 'Павербанки', 1, 'Смартфони та зв''язок', 'Смартфони та зв''язок / Павербанки', 2, false, false, 1),
	(3, 8, 'Кавомашини', 3, 'Техніка для кухні', 'Техніка для кухні / Кавомашини', 2, false, false, 1),
	(4, 6, 'Ноутбуки', 2, 'Комп''ютери та ноутбуки', 'Комп''ютери та ноутбуки / Ноутбуки', 2, false, false, 1),
	(5, 4, 'Смартфони', 1, 'Смартфони та зв''язок', 'Смартфони та зв''язок / Смартфони', 2, false, false, 1),
	(8, 7, 'Мишки', 2, 'Комп''ютери та ноутбуки', 'Комп''ютери та ноутбуки / Мишки', 2, false, false, 1);
INSERT INTO dwh.dim_customer OVERRIDING SYSTEM VALUE VALUES
	(0, NULL, '(unknown)', 0, NULL, false, false, NULL),
	(1, 11, 'ФОП Гнатюк Роман Сергійович', 2, '2025-10-21 10:00:00', false, false, 1),
	(2, 12, 'Заболотна Христина Ігорівна', 0, '2026-03-03 13:33:00', false, false, 1),
	(3, 10, 'Поліщук Наталія Василівна', 5, '2025-07-08 19:20:00', false, false, 1),
	(4, 2, 'Шевчук Андрій Іванович', 1, '2024-03-05 18:40:00', false, false, 1),
	(5, 5, 'Лук''яненко Тарас Богданович', 5, '2024-08-17 21:30:00', false, false, 1),
	(6, 8, 'Вишневська Дарина Романівна', 1, '2025-01-14 16:45:00', false, false, 1),
	(7, 6, 'Мельник Софія Андріївна', 3, '2024-09-02 14:22:00', false, false, 1),
	(8, 4, 'ТОВ «Промінь»', 4, '2024-06-01 09:00:00', false, false, 1),
	(9, 1, 'Коваленко Олена Петрівна', 4, '2024-02-11 10:15:00', false, false, 1),
	(10, 3, 'Бондаренко Ірина Олегівна', 4, '2024-05-20 12:05:00', false, false, 1),
	(11, 9, 'Їжакевич Ярослав Миколайович', 3, '2025-04-30 11:11:00', false, false, 1),
	(12, 7, 'Ткаченко Максим Юрійович', 2, '2024-11-29 08:01:00', false, false, 1);
INSERT INTO dwh.dim_employee OVERRIDING SYSTEM VALUE VALUES
	(0, NULL, '(online)', NULL, 0, NULL, false, false, NULL),
	(1, 3, 'Левицька Соломія Тарасівна', 'старший продавець', 1, '2022-02-01', false, false, 1),
	(2, 6, 'Мороз Артем Євгенович', 'продавець-консультант', 2, '2025-01-20', false, false, 1),
	(3, 5, 'Романюк Ганна Дмитрівна', 'менеджер з продажу', 3, '2020-10-05', false, false, 1),
	(4, 1, 'Марченко Вікторія Павлівна', 'керівник магазину', 4, '2021-04-01', false, false, 1),
	(5, 2, 'Савченко Богдан Олександрович', 'продавець-консультант', 4, '2023-09-11', false, false, 1),
	(6, 4, 'Чорний Олег Вікторович', 'продавець-консультант', 5, '2024-05-13', false, false, 1);
INSERT INTO dwh.dim_product OVERRIDING SYSTEM VALUE VALUES
	(0, NULL, NULL, '(unknown)', 0, NULL, NULL, NULL, false, false, NULL),
	(1, 11, 'TM-7-011', 'Мишка Logitech M220 чорна', 8, 310.00, 549.90, true, false, false, 1),
	(2, 12, 'TM-7-012', 'Мишка Razer D300 біла', 8, 1150.00, 1899.90, true, false, false, 1),
	(3, 10, 'TM-6-010', 'Ноутбук HP P165 16"', 4, 24100.00, 32499.00, true, false, false, 1),
	(4, 2, 'TM-4-002', 'Смартфон Apple E170 256 ГБ', 5, 31500.00, 41999.00, true, false, false, 1),
	(5, 15, 'TM-8-015', 'Кавомашина Krups R115 ріжкова', 3, 3950.00, 5799.00, true, false, false, 1),
	(6, 13, 'TM-7-013', 'Мишка HyperX H170 сіра', 8, 780.00, 1299.00, false, false, false, 1),
	(7, 5, 'TM-5-005', 'Павербанк Baseus 10 000 мА·год', 2, 540.00, 899.00, true, false, false, 1),
	(8, 8, 'TM-6-008', 'Ноутбук Lenovo V150 15,6"', 4, 17300.00, 23999.00, true, false, false, 1),
	(9, 6, 'TM-5-006', 'Павербанк Anker 20 000 мА·год', 2, 1390.50, 2199.00, true, false, false, 1),
	(10, 4, 'TM-4-004', 'Смартфон Motorola G850 256 ГБ', 5, 5900.00, 8499.00, false, false, false, 1),
	(11, 1, 'TM-4-001', 'Смартфон Samsung A560 128 ГБ', 5, 11200.00, 15999.00, true, false, false, 1),
	(12, 3, 'TM-4-003', 'Смартфон Xiaomi N140 128 ГБ', 5, 6400.00, 8999.00, true, false, false, 1),
	(13, 14, 'TM-8-014', 'Кавомашина De''Longhi K220 автоматична', 3, 12600.00, 17999.00, true, false, false, 1),
	(14, 9, 'TM-6-009', 'Ноутбук ASUS Z140 14"', 4, 28800.00, 38999.00, true, false, false, 1),
	(15, 7, 'TM-5-007', 'Павербанк Ugreen 20 000 мА·год', 2, 1105.25, 1799.00, true, false, false, 1);
INSERT INTO dwh.dim_region OVERRIDING SYSTEM VALUE VALUES
	(0, NULL, '(unknown)', NULL, false, false, NULL),
	(1, 2, 'Львівська область', 'Україна', false, false, 1),
	(2, 5, 'Дніпропетровська область', 'Україна', false, false, 1),
	(3, 4, 'Харківська область', 'Україна', false, false, 1),
	(4, 1, 'місто Київ', 'Україна', false, false, 1),
	(5, 3, 'Одеська область', 'Україна', false, false, 1);
INSERT INTO dwh.fact_payments VALUES
	(20, 20, 20261022, 3, 5, 'card', 7778.10, 1),
	(11, 11, 20260925, 1, 2, 'bank_transfer', 46618.02, 1),
	(17, 18, 20261015, 12, 2, 'instalments', 7338.76, 1),
	(12, 12, 20260927, 2, 1, 'card', 15199.05, 1),
	(10, 10, 20260922, 3, 5, 'gift_card', 3227.28, 1),
	(18, 18, 20261015, 12, 2, 'instalments', 11009.14, 1),
	(2, 2, 20260903, 4, 1, 'cash', 25146.95, 1),
	(15, 15, 20261006, 4, 1, 'card', 19436.40, 1),
	(13, 13, 20261001, 9, 4, 'card', 17098.10, 1),
	(21, 21, 20261024, 6, 1, 'card', 39899.05, 1),
	(5, 5, 20260910, 5, 5, 'instalments', 3599.60, 1),
	(19, 19, 20261020, 8, 4, 'bank_transfer', 108015.16, 1),
	(8, 7, 20260915, 12, 2, 'cash', 3598.20, 1),
	(6, 5, 20260910, 5, 5, 'instalments', 5399.40, 1),
	(16, 17, 20261012, 11, 3, 'card', 4251.55, 1),
	(4, 4, 20260908, 8, 4, 'bank_transfer', 120398.19, 1),
	(23, 23, 20261028, 1, 2, 'bank_transfer', 34208.91, 1),
	(22, 22, 20261026, 7, 3, 'card', 3598.00, 1),
	(3, 3, 20260905, 10, 4, 'card', 5799.00, 1),
	(14, 14, 20261003, 10, 4, 'cash', 1899.90, 1),
	(9, 9, 20260919, 11, 3, 'card', 32057.43, 1),
	(7, 6, 20260912, 7, 3, 'card', 41999.00, 1);
INSERT INTO dwh.fact_sales VALUES
	(5, 2, 20260903, 7, 4, 1, 1, 'delivered', 2, 540.00, 1798.00, 0.00, 1080.00, 718.00, 1),
	(4, 2, 20260903, 1, 4, 1, 1, 'delivered', 1, 310.00, 549.90, 0.00, 310.00, 239.90, 1),
	(3, 2, 20260903, 8, 4, 1, 1, 'delivered', 1, 17300.00, 22799.05, 1199.95, 17300.00, 5499.05, 1),
	(6, 3, 20260905, 5, 10, 0, 4, 'delivered', 1, 3950.00, 5799.00, 0.00, 3950.00, 1849.00, 1),
	(9, 4, 20260908, 9, 8, 4, 4, 'delivered', 3, 1390.50, 6597.00, 0.00, 4171.50, 2425.50, 1),
	(8, 4, 20260908, 2, 8, 4, 4, 'delivered', 3, 1150.00, 5286.47, 413.23, 3450.00, 1836.47, 1),
	(7, 4, 20260908, 14, 8, 4, 4, 'delivered', 3, 28800.00, 108514.72, 8482.28, 86400.00, 22114.72, 1),
	(10, 5, 20260910, 12, 5, 6, 5, 'delivered', 1, 6400.00, 8999.00, 0.00, 6400.00, 2599.00, 1),
	(13, 7, 20260915, 15, 12, 2, 2, 'delivered', 1, 1105.25, 1619.10, 179.90, 1105.25, 513.85, 1),
	(12, 7, 20260915, 9, 12, 2, 2, 'delivered', 1, 1390.50, 1979.10, 219.90, 1390.50, 588.60, 1),
	(16, 9, 20260919, 1, 11, 3, 3, 'delivered', 1, 310.00, 533.40, 16.50, 310.00, 223.40, 1),
	(15, 9, 20260919, 3, 11, 3, 3, 'delivered', 1, 24100.00, 31524.03, 974.97, 24100.00, 7424.03, 1),
	(18, 10, 20260922, 1, 3, 6, 5, 'delivered', 2, 310.00, 934.83, 164.97, 620.00, 314.83, 1),
	(17, 10, 20260922, 7, 3, 6, 5, 'delivered', 3, 540.00, 2292.45, 404.55, 1620.00, 672.45, 1),
	(20, 11, 20260925, 2, 1, 2, 2, 'delivered', 2, 1150.00, 3419.82, 379.98, 2300.00, 1119.82, 1),
	(19, 11, 20260925, 8, 1, 2, 2, 'delivered', 2, 17300.00, 43198.20, 4799.80, 34600.00, 8598.20, 1),
	(21, 12, 20260927, 11, 2, 0, 1, 'delivered', 1, 11200.00, 15199.05, 799.95, 11200.00, 3999.05, 1),
	(23, 13, 20261001, 7, 9, 4, 4, 'delivered', 1, 540.00, 899.00, 0.00, 540.00, 359.00, 1),
	(22, 13, 20261001, 13, 9, 4, 4, 'delivered', 1, 12600.00, 16199.10, 1799.90, 12600.00, 3599.10, 1),
	(24, 14, 20261003, 2, 10, 5, 4, 'delivered', 1, 1150.00, 1899.90, 0.00, 1150.00, 749.90, 1),
	(26, 15, 20261006, 7, 4, 1, 1, 'delivered', 2, 540.00, 1438.40, 359.60, 1080.00, 358.40, 1),
	(25, 15, 20261006, 12, 4, 1, 1, 'delivered', 2, 6400.00, 17998.00, 0.00, 12800.00, 5198.00, 1),
	(28, 17, 20261012, 9, 11, 3, 3, 'delivered', 2, 1390.50, 4251.55, 146.45, 2781.00, 1470.55, 1),
	(31, 18, 20261015, 1, 12, 2, 2, 'delivered', 1, 310.00, 549.90, 0.00, 310.00, 239.90, 1),
	(30, 18, 20261015, 15, 12, 2, 2, 'delivered', 1, 1105.25, 1799.00, 0.00, 1105.25, 693.75, 1),
	(29, 18, 20261015, 11, 12, 2, 2, 'delivered', 1, 11200.00, 15999.00, 0.00, 11200.00, 4799.00, 1),
	(33, 19, 20261020, 1, 8, 4, 4, 'shipped', 5, 310.00, 2419.56, 329.94, 1550.00, 869.56, 1),
	(32, 19, 20261020, 8, 8, 4, 4, 'shipped', 5, 17300.00, 105595.60, 14399.40, 86500.00, 19095.60, 1),
	(35, 20, 20261022, 9, 3, 6, 5, 'shipped', 1, 1390.50, 1979.10, 219.90, 1390.50, 588.60, 1),
	(34, 20, 20261022, 5, 3, 6, 5, 'shipped', 1, 3950.00, 5799.00, 0.00, 3950.00, 1849.00, 1),
	(36, 21, 20261024, 4, 6, 1, 1, 'shipped', 1, 31500.00, 39899.05, 2099.95, 31500.00, 8399.05, 1),
	(37, 22, 20261026, 15, 7, 0, 3, 'paid', 2, 1105.25, 3598.00, 0.00, 2210.50, 1387.50, 1),
	(39, 23, 20261028, 2, 1, 2, 2, 'paid', 1, 1150.00, 1709.91, 189.99, 1150.00, 559.91, 1),
	(38, 23, 20261028, 3, 1, 2, 2, 'paid', 1, 24100.00, 32499.00, 0.00, 24100.00, 8399.00, 1);
INSERT INTO dwh.load_batches OVERRIDING SYSTEM VALUE VALUES
	(1, 'full', 'released', 'the release', '2026-11-25 11:35:40.660995+00', '2026-11-25 11:35:44.130357+00', '20261125T113540Z-388078', '2026-11-25 11:35:40.69698+00', '2026-11-25 11:35:39.695898+00', '10.11.19-MariaDB-0+deb12u1', 'WARN', '{"orders": 25, "regions": 5, "payments": 23, "products": 15, "customers": 12, "employees": 6, "categories": 8, "order_items": 42}', '{"sums": [{"agrees": true, "staged": "34", "measure": "fact_sales.lines", "released": "34"}, {"agrees": true, "staged": "58", "measure": "fact_sales.quantity", "released": "58"}, {"agrees": true, "staged": "515576.19", "measure": "fact_sales.revenue", "released": "515576.19"}, {"agrees": true, "staged": "37581.11", "measure": "fact_sales.discount_amount", "released": "37581.11"}, {"agrees": true, "staged": "396224.50", "measure": "fact_sales.cost", "released": "396224.50"}, {"agrees": true, "staged": "22", "measure": "fact_payments.payments", "released": "22"}, {"agrees": true, "staged": "557575.19", "measure": "fact_payments.amount", "released": "557575.19"}, {"agrees": true, "staged": "34", "measure": "agg_sales_daily.lines", "released": "34"}, {"agrees": true, "staged": "515576.19", "measure": "agg_sales_daily.revenue", "released": "515576.19"}, {"agrees": true, "staged": "34", "measure": "agg_orders_daily.lines", "released": "34"}, {"agrees": true, "staged": "515576.19", "measure": "agg_orders_daily.revenue", "released": "515576.19"}, {"agrees": true, "staged": "34", "measure": "agg_category_daily.lines", "released": "34"}, {"agrees": true, "staged": "515576.19", "measure": "agg_category_daily.revenue", "released": "515576.19"}, {"agrees": true, "staged": "34", "measure": "agg_sales_monthly.lines", "released": "34"}, {"agrees": true, "staged": "515576.19", "measure": "agg_sales_monthly.revenue", "released": "515576.19"}, {"agrees": true, "staged": "34", "measure": "agg_product_monthly.lines", "released": "34"}, {"agrees": true, "staged": "515576.19", "measure": "agg_product_monthly.revenue", "released": "515576.19"}, {"agrees": true, "staged": "557575.19", "measure": "agg_payments_monthly.amount", "released": "557575.19"}], "tables": [{"held": 0, "table": "regions", "merged": 5, "staged": 5, "removed": 0, "balanced": true, "excluded": 0, "rejected": 0, "extracted": 5, "unchanged": 0}, {"held": 0, "table": "customers", "merged": 12, "staged": 12, "removed": 0, "balanced": true, "excluded": 0, "rejected": 0, "extracted": 12, "unchanged": 0}, {"held": 0, "table": "employees", "merged": 6, "staged": 6, "removed": 0, "balanced": true, "excluded": 0, "rejected": 0, "extracted": 6, "unchanged": 0}, {"held": 0, "table": "categories", "merged": 8, "staged": 8, "removed": 0, "balanced": true, "excluded": 0, "rejected": 0, "extracted": 8, "unchanged": 0}, {"held": 0, "table": "products", "merged": 15, "staged": 15, "removed": 0, "balanced": true, "excluded": 0, "rejected": 0, "extracted": 15, "unchanged": 0}, {"held": 1, "table": "orders", "merged": 19, "staged": 25, "removed": 0, "balanced": true, "excluded": 5, "rejected": 0, "extracted": 25, "unchanged": 0}, {"held": 1, "table": "order_items", "merged": 34, "staged": 42, "removed": 0, "balanced": true, "excluded": 6, "rejected": 1, "extracted": 42, "unchanged": 0}, {"held": 1, "table": "payments", "merged": 22, "staged": 23, "removed": 0, "balanced": true, "excluded": 0, "rejected": 0, "extracted": 23, "unchanged": 0}], "balanced": true, "batch_id": 1, "extract_id": "20261125T113540Z-388078"}', NULL, '{"off": [], "newest": {"orders": "2026-11-25T11:35:40.262530+00:00"}, "tables": {"orders": {"held": 1, "staged": 25, "seconds": 0.19796455000323476, "rejected": 0, "newly_rejected": 0}, "regions": {"held": 0, "staged": 5, "seconds": 0.12680328299757093, "rejected": 0, "newly_rejected": 0}, "payments": {"held": 1, "staged": 23, "seconds": 0.29812264899737784, "rejected": 0, "newly_rejected": 0}, "products": {"held": 0, "staged": 15, "seconds": 0.18244877999677556, "rejected": 0, "newly_rejected": 0}, "customers": {"held": 0, "staged": 12, "seconds": 0.3322000040025159, "rejected": 0, "newly_rejected": 0}, "employees": {"held": 0, "staged": 6, "seconds": 0.14016318799986038, "rejected": 0, "newly_rejected": 0}, "categories": {"held": 0, "staged": 8, "seconds": 0.12925778299904778, "rejected": 0, "newly_rejected": 0}, "order_items": {"held": 1, "staged": 42, "seconds": 0.15344928500053356, "rejected": 1, "newly_rejected": 1}}, "failing": {"orders.recent": 0, "orders.contract": 0, "orders.has_lines": 0, "regions.contract": 0, "payments.contract": 0, "products.contract": 0, "regions.not_empty": 0, "customers.contract": 0, "employees.contract": 0, "products.not_empty": 0, "products.sku_latin": 0, "categories.contract": 0, "employees.not_empty": 0, "orders.status_known": 0, "orders.usual_volume": 0, "products.sku_length": 0, "products.sku_unique": 0, "regions.name_filled": 0, "regions.name_length": 0, "regions.name_unique": 0, "categories.not_empty": 0, "order_items.contract": 0, "orders.status_length": 0, "products.name_filled": 0, "products.name_length": 0, "regions.usual_volume": 0, "customers.email_shape": 0, "customers.phone_shape": 0, "employees.email_shape": 0, "payments.method_known": 0, "payments.usual_volume": 0, "products.sku_not_null": 0, "products.usual_volume": 0, "regions.name_not_null": 0, "categories.name_filled": 0, "categories.name_length": 0, "customers.email_length": 0, "customers.phone_length": 0, "customers.usual_volume": 0, "employees.email_length": 0, "employees.usual_volume": 0, "orders.order_id_unique": 0, "orders.region_id_known": 0, "orders.status_not_null": 0, "payments.method_length": 0, "products.name_not_null": 0, "regions.country_length": 0, "categories.not_in_cycle": 0, "categories.usual_volume": 0, "payments.order_id_known": 0, "products.is_active_flag": 0, "categories.name_not_null": 0, "order_items.usual_volume": 0, "orders.customer_id_known": 0, "orders.employee_id_known": 0, "orders.order_id_not_null": 0, "payments.amount_not_null": 0, "payments.amount_positive": 0, "payments.method_not_null": 0, "regions.country_not_null": 0, "regions.region_id_unique": 0, "categories.not_own_parent": 0, "customers.region_id_known": 0, "employees.position_length": 0, "employees.region_id_known": 0, "orders.region_id_not_null": 0, "payments.paid_after_order": 0, "payments.paid_at_not_null": 0, "products.is_active_domain": 0, "customers.full_name_filled": 0, "customers.full_name_length": 0, "employees.full_name_filled": 0, "employees.full_name_length": 0, "order_items.order_id_known": 0, "orders.order_date_not_null": 0, "orders.total_matches_lines": 1, "orders.updated_at_not_null": 0, "payments.order_id_not_null": 0, "payments.payment_id_unique": 0, "products.category_id_known": 0, "products.product_id_unique": 0, "regions.region_id_not_null": 0, "employees.hired_at_not_null": 0, "employees.position_not_null": 0, "orders.customer_id_not_null": 0, "orders.payments_match_total": 0, "products.is_active_not_null": 0, "products.unit_cost_not_null": 0, "regions.updated_at_not_null": 0, "customers.customer_id_unique": 0, "customers.full_name_not_null": 0, "employees.employee_id_unique": 0, "employees.full_name_not_null": 0, "order_items.product_id_known": 0, "orders.total_amount_not_null": 0, "payments.payment_id_not_null": 0, "payments.updated_at_not_null": 0, "products.list_price_not_null": 0, "products.product_id_not_null": 0, "products.updated_at_not_null": 0, "categories.category_id_unique": 0, "customers.created_at_not_null": 0, "customers.updated_at_not_null": 0, "employees.updated_at_not_null": 0, "order_items.discount_not_null": 0, "order_items.order_id_not_null": 0, "order_items.quantity_not_null": 0, "order_items.quantity_positive": 1, "products.category_id_not_null": 0, "categories.updated_at_not_null": 0, "customers.customer_id_not_null": 0, "employees.employee_id_not_null": 0, "order_items.quantity_plausible": 0, "payments.paid_at_not_in_future": 0, "categories.category_id_not_null": 0, "order_items.product_id_not_null": 0, "order_items.unit_price_not_null": 0, "order_items.updated_at_not_null": 0, "orders.order_date_not_in_future": 0, "products.cost_within_list_price": 0, "products.unit_cost_not_negative": 0, "order_items.discount_is_fraction": 0, "order_items.order_item_id_unique": 0, "payments.paid_at_not_before_2000": 0, "products.list_price_not_negative": 0, "orders.order_date_not_before_2000": 0, "customers.created_at_not_in_future": 0, "order_items.order_item_id_not_null": 0, "categories.name_unique_below_parent": 0, "categories.parent_category_id_known": 0, "order_items.unit_price_not_negative": 0}, "blocked_by": [], "checked_at": "2026-11-25T11:35:43.014373+00:00"}', '{}');
INSERT INTO dwh.load_watermarks VALUES
	('regions', '2026-11-25 11:35:39.695898+00', 1, '2026-11-25 11:35:43.964358+00'),
	('customers', '2026-11-25 11:35:39.695898+00', 1, '2026-11-25 11:35:43.964358+00'),
	('employees', '2026-11-25 11:35:39.695898+00', 1, '2026-11-25 11:35:43.964358+00'),
	('categories', '2026-11-25 11:35:39.695898+00', 1, '2026-11-25 11:35:43.964358+00'),
	('products', '2026-11-25 11:35:39.695898+00', 1, '2026-11-25 11:35:43.964358+00'),
	('orders', '2026-11-25 11:35:39.695898+00', 1, '2026-11-25 11:35:43.964358+00'),
	('order_items', '2026-11-25 11:35:39.695898+00', 1, '2026-11-25 11:35:43.964358+00'),
	('payments', '2026-11-25 11:35:39.695898+00', 1, '2026-11-25 11:35:43.964358+00');
INSERT INTO dwh.schema_migrations VALUES
	('0001_as_of_0_1_0', '0.1.0', '2026-11-25 11:35:40.311248+00');
INSERT INTO stg.rejected_rows OVERRIDING SYSTEM VALUE VALUES
	(1, 'order_items', '1', 'order_items.quantity_positive', 1, '{"discount": 0.0000, "order_id": 1, "quantity": -1, "product_id": 1, "unit_price": 15999.00, "updated_at": "2026-11-25T11:35:40.288135+00:00", "order_item_id": 1}', 1, 1, 1, '2026-11-25 11:35:43.964358+00', '2026-11-25 11:35:43.964358+00', NULL, NULL),
	(2, 'orders', '1', 'held_with_order', 1, '{"status": "delivered", "order_id": 1, "region_id": 1, "order_date": "2026-09-01T11:20:00", "updated_at": "2026-11-25T11:35:40.26253+00:00", "customer_id": 1, "employee_id": 2, "total_amount": 16808.10}', 1, 1, 1, '2026-11-25 11:35:43.964358+00', '2026-11-25 11:35:43.964358+00', NULL, NULL),
	(3, 'order_items', '2', 'held_with_order', 1, '{"discount": 0.1000, "order_id": 1, "quantity": 1, "product_id": 5, "unit_price": 899.00, "updated_at": "2026-11-25T11:35:40.263221+00:00", "order_item_id": 2}', 1, 1, 1, '2026-11-25 11:35:43.964358+00', '2026-11-25 11:35:43.964358+00', NULL, NULL),
	(4, 'payments', '1', 'held_with_order', 1, '{"amount": 16808.10, "method": "card", "paid_at": "2026-09-01T11:24:00", "order_id": 1, "payment_id": 1, "updated_at": "2026-11-25T11:35:40.263748+00:00"}', 1, 1, 1, '2026-11-25 11:35:43.964358+00', '2026-11-25 11:35:43.964358+00', NULL, NULL);
SELECT pg_catalog.setval('dwh.backfills_backfill_id_seq', 1, false);
SELECT pg_catalog.setval('dwh.dim_category_category_key_seq', 8, true);
SELECT pg_catalog.setval('dwh.dim_customer_customer_key_seq', 12, true);
SELECT pg_catalog.setval('dwh.dim_employee_employee_key_seq', 6, true);
SELECT pg_catalog.setval('dwh.dim_product_product_key_seq', 15, true);
SELECT pg_catalog.setval('dwh.dim_region_region_key_seq', 5, true);
SELECT pg_catalog.setval('dwh.load_batches_batch_id_seq', 1, true);
SELECT pg_catalog.setval('stg.rejected_rows_rejected_id_seq', 4, true);
ALTER TABLE ONLY dwh.agg_category_daily
    ADD CONSTRAINT agg_category_daily_pkey PRIMARY KEY (date_key, category_key);
ALTER TABLE ONLY dwh.agg_orders_daily
    ADD CONSTRAINT agg_orders_daily_pkey PRIMARY KEY (date_key, region_key, employee_key);
ALTER TABLE ONLY dwh.agg_payments_monthly
    ADD CONSTRAINT agg_payments_monthly_pkey PRIMARY KEY (year_month, region_key, method);
ALTER TABLE ONLY dwh.agg_product_monthly
    ADD CONSTRAINT agg_product_monthly_pkey PRIMARY KEY (year_month, product_key);
ALTER TABLE ONLY dwh.agg_sales_daily
    ADD CONSTRAINT agg_sales_daily_pkey PRIMARY KEY (date_key, region_key, category_key);
ALTER TABLE ONLY dwh.agg_sales_monthly
    ADD CONSTRAINT agg_sales_monthly_pkey PRIMARY KEY (year_month, region_key, category_key);
ALTER TABLE ONLY dwh.backfill_windows
    ADD CONSTRAINT backfill_windows_pkey PRIMARY KEY (backfill_id, window_start);
ALTER TABLE ONLY dwh.backfills
    ADD CONSTRAINT backfills_pkey PRIMARY KEY (backfill_id);
ALTER TABLE ONLY dwh.dim_category
    ADD CONSTRAINT dim_category_category_id_key UNIQUE (category_id);
ALTER TABLE ONLY dwh.dim_category
    ADD CONSTRAINT dim_category_pkey PRIMARY KEY (category_key);
ALTER TABLE ONLY dwh.dim_customer
    ADD CONSTRAINT dim_customer_customer_id_key UNIQUE (customer_id);
ALTER TABLE ONLY dwh.dim_customer
    ADD CONSTRAINT dim_customer_pkey PRIMARY KEY (customer_key);
ALTER TABLE ONLY dwh.dim_date
    ADD CONSTRAINT dim_date_full_date_key UNIQUE (full_date);
ALTER TABLE ONLY dwh.dim_date
    ADD CONSTRAINT dim_date_pkey PRIMARY KEY (date_key);
ALTER TABLE ONLY dwh.dim_employee
    ADD CONSTRAINT dim_employee_employee_id_key UNIQUE (employee_id);
ALTER TABLE ONLY dwh.dim_employee
    ADD CONSTRAINT dim_employee_pkey PRIMARY KEY (employee_key);
ALTER TABLE ONLY dwh.dim_product
    ADD CONSTRAINT dim_product_pkey PRIMARY KEY (product_key);
ALTER TABLE ONLY dwh.dim_product
    ADD CONSTRAINT dim_product_product_id_key UNIQUE (product_id);
ALTER TABLE ONLY dwh.dim_region
    ADD CONSTRAINT dim_region_pkey PRIMARY KEY (region_key);
ALTER TABLE ONLY dwh.dim_region
    ADD CONSTRAINT dim_region_region_id_key UNIQUE (region_id);
ALTER TABLE ONLY dwh.fact_payments
    ADD CONSTRAINT fact_payments_pkey PRIMARY KEY (payment_id);
ALTER TABLE ONLY dwh.fact_sales
    ADD CONSTRAINT fact_sales_pkey PRIMARY KEY (order_item_id);
ALTER TABLE ONLY dwh.kept_line_costs
    ADD CONSTRAINT kept_line_costs_pkey PRIMARY KEY (order_item_id);
ALTER TABLE ONLY dwh.load_batches
    ADD CONSTRAINT load_batches_pkey PRIMARY KEY (batch_id);
ALTER TABLE ONLY dwh.load_watermarks
    ADD CONSTRAINT load_watermarks_pkey PRIMARY KEY (table_name);
ALTER TABLE ONLY dwh.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);
ALTER TABLE ONLY stg.asked_keys
    ADD CONSTRAINT asked_keys_pkey PRIMARY KEY (table_name, source_key);
ALTER TABLE ONLY stg.batch_rejects
    ADD CONSTRAINT batch_rejects_pkey PRIMARY KEY (table_name, row_key, rule);
ALTER TABLE ONLY stg.rejected_rows
    ADD CONSTRAINT rejected_rows_pkey PRIMARY KEY (rejected_id);
ALTER TABLE ONLY stg.staged_parts
    ADD CONSTRAINT staged_parts_pkey PRIMARY KEY (extract_id, table_name, part);
CREATE INDEX fact_payments_customer_key ON dwh.fact_payments USING btree (customer_key);
CREATE INDEX fact_payments_date_key ON dwh.fact_payments USING btree (date_key);
CREATE INDEX fact_payments_order_id ON dwh.fact_payments USING btree (order_id);
CREATE INDEX fact_payments_region_key ON dwh.fact_payments USING btree (region_key);
CREATE INDEX fact_sales_customer_key ON dwh.fact_sales USING btree (customer_key);
CREATE INDEX fact_sales_day_region ON dwh.fact_sales USING btree (date_key, region_key);
CREATE INDEX fact_sales_employee_key ON dwh.fact_sales USING btree (employee_key);
CREATE INDEX fact_sales_order_id ON dwh.fact_sales USING btree (order_id);
CREATE INDEX fact_sales_product_month ON dwh.fact_sales USING btree (product_key, ((date_key / 100)));
CREATE INDEX fact_sales_region_key ON dwh.fact_sales USING btree (region_key);
CREATE INDEX fact_sales_without_cost ON dwh.fact_sales USING btree (product_key) WHERE (unit_cost IS NULL);
CREATE INDEX load_batches_released ON dwh.load_batches USING btree (snapshot_at) WHERE (status = 'released'::text);
CREATE UNIQUE INDEX categories_key ON stg.categories USING btree (category_id);
CREATE UNIQUE INDEX customers_key ON stg.customers USING btree (customer_id);
CREATE UNIQUE INDEX employees_key ON stg.employees USING btree (employee_id);
CREATE UNIQUE INDEX order_items_key ON stg.order_items USING btree (order_item_id);
CREATE UNIQUE INDEX orders_key ON stg.orders USING btree (order_id);
CREATE UNIQUE INDEX payments_key ON stg.payments USING btree (payment_id);
CREATE UNIQUE INDEX products_key ON stg.products USING btree (product_id);
CREATE UNIQUE INDEX regions_key ON stg.regions USING btree (region_id);
CREATE UNIQUE INDEX rejected_rows_open ON stg.rejected_rows USING btree (table_name, row_key, rule) WHERE (resolved_at IS NULL);
CREATE OR REPLACE VIEW dwh.mart_average_check AS
 SELECT d.year_month,
    r.name AS region,
    r.country,
    sum(a.revenue) AS revenue,
    sum(a.orders) AS orders,
    round((sum(a.revenue) / (sum(a.orders))::numeric), 2) AS average_check
   FROM ((dwh.agg_orders_daily a
     JOIN dwh.dim_date d ON ((a.date_key = d.date_key)))
     JOIN dwh.dim_region r ON ((a.region_key = r.region_key)))
  GROUP BY d.year_month, r.region_key;
ALTER TABLE ONLY dwh.backfill_windows
    ADD CONSTRAINT backfill_windows_backfill_id_fkey FOREIGN KEY (backfill_id) REFERENCES dwh.backfills(backfill_id);
ALTER TABLE ONLY dwh.backfill_windows
    ADD CONSTRAINT backfill_windows_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES dwh.load_batches(batch_id);
ALTER TABLE ONLY dwh.dim_customer
    ADD CONSTRAINT dim_customer_region_key_fkey FOREIGN KEY (region_key) REFERENCES dwh.dim_region(region_key);
ALTER TABLE ONLY dwh.dim_employee
    ADD CONSTRAINT dim_employee_region_key_fkey FOREIGN KEY (region_key) REFERENCES dwh.dim_region(region_key);
ALTER TABLE ONLY dwh.dim_product
    ADD CONSTRAINT dim_product_category_key_fkey FOREIGN KEY (category_key) REFERENCES dwh.dim_category(category_key);
ALTER TABLE ONLY dwh.load_watermarks
    ADD CONSTRAINT load_watermarks_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES dwh.load_batches(batch_id);
