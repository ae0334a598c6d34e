-- Creates the schema dwh: dimensions, facts, aggregates, watermarks and the ledger of loads. It creates what is missing: safe to repeat.
-- A change to an existing table also needs a migration (sql/postgres/migrations). New columns come last here, as they do there.
-- Facts reference their members without foreign keys; the release proves every reference (docs/adr/0009-release-in-one-transaction.md).
-- Grain: one row a member in a dimension, one order line in fact_sales, one payment in fact_payments, one cell in an aggregate.
-- Key: surrogate <name>_key in dimensions (0 is the unknown member), the source's key in facts.

CREATE SCHEMA IF NOT EXISTS dwh;

COMMENT ON SCHEMA dwh IS 'TechMarket warehouse: a star that analysts read; written by the load alone';

-- Dimensions ---------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS dwh.dim_date (
    date_key integer PRIMARY KEY,
    full_date date UNIQUE,
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

CREATE TABLE IF NOT EXISTS dwh.dim_region (
    region_key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    region_id integer UNIQUE,
    name text NOT NULL,
    country text,
    is_inferred boolean NOT NULL DEFAULT FALSE,
    is_deleted boolean NOT NULL DEFAULT FALSE,
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

CREATE TABLE IF NOT EXISTS dwh.dim_category (
    category_key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    category_id integer UNIQUE,
    name text NOT NULL,
    parent_category_id integer,
    parent_name text,
    path text NOT NULL,
    level smallint NOT NULL,
    is_inferred boolean NOT NULL DEFAULT FALSE,
    is_deleted boolean NOT NULL DEFAULT FALSE,
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

CREATE TABLE IF NOT EXISTS dwh.dim_product (
    product_key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id integer UNIQUE,
    sku text,
    name text NOT NULL,
    category_key integer NOT NULL REFERENCES dwh.dim_category (category_key),
    unit_cost numeric(12, 2),
    list_price numeric(12, 2),
    is_active boolean,
    is_inferred boolean NOT NULL DEFAULT FALSE,
    is_deleted boolean NOT NULL DEFAULT FALSE,
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

CREATE TABLE IF NOT EXISTS dwh.dim_customer (
    customer_key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint UNIQUE,
    full_name text NOT NULL,
    region_key integer NOT NULL REFERENCES dwh.dim_region (region_key),
    created_at timestamp,
    is_inferred boolean NOT NULL DEFAULT FALSE,
    is_deleted boolean NOT NULL DEFAULT FALSE,
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

CREATE TABLE IF NOT EXISTS dwh.dim_employee (
    employee_key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    employee_id integer UNIQUE,
    full_name text NOT NULL,
    position text,
    region_key integer NOT NULL REFERENCES dwh.dim_region (region_key),
    hired_at date,
    is_inferred boolean NOT NULL DEFAULT FALSE,
    is_deleted boolean NOT NULL DEFAULT FALSE,
    batch_id bigint
);

COMMENT ON TABLE dwh.dim_employee IS 'Staff who sell, as the source has them now';
COMMENT ON COLUMN dwh.dim_employee.employee_key IS 'Surrogate key; 0 is nobody: the order was placed online';
COMMENT ON COLUMN dwh.dim_employee.employee_id IS 'Key in the source; NULL for the unknown member only';
COMMENT ON COLUMN dwh.dim_employee.full_name IS 'Name of the employee';
COMMENT ON COLUMN dwh.dim_employee.position IS 'Position held; NULL while it is not known';
COMMENT ON COLUMN dwh.dim_employee.region_key IS 'Region of work; 0 when the employee has none';
COMMENT ON COLUMN dwh.dim_employee.hired_at IS 'First day of work; NULL while it is not known';
COMMENT ON COLUMN dwh.dim_employee.is_inferred IS 'True while only the key is known: named by a row before its own row was accepted';
COMMENT ON COLUMN dwh.dim_employee.is_deleted IS 'True when the source no longer has the row';
COMMENT ON COLUMN dwh.dim_employee.batch_id IS 'Load that last changed the row; NULL for the unknown member';

-- Facts --------------------------------------------------------------------------------------------------------------
-- The growing tables are vacuumed after a fiftieth and analysed after a hundredth of their rows changed. The defaults take weeks.
-- numeric(22, 2) holds the largest quantity (10 digits) times the largest price (10 digits and cents): no line can overflow a release.

CREATE TABLE IF NOT EXISTS dwh.fact_sales (
    order_item_id bigint PRIMARY KEY,
    order_id bigint NOT NULL,
    date_key integer NOT NULL,
    product_key integer NOT NULL,
    customer_key bigint NOT NULL,
    employee_key integer NOT NULL,
    region_key integer NOT NULL,
    order_status text NOT NULL,
    quantity integer NOT NULL,
    unit_cost numeric(12, 2),
    revenue numeric(22, 2) NOT NULL,
    discount_amount numeric(22, 2) NOT NULL,
    cost numeric(22, 2),
    margin numeric(22, 2),
    batch_id bigint NOT NULL
)
WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.01);

CREATE INDEX IF NOT EXISTS fact_sales_order_id ON dwh.fact_sales (order_id);
-- The next two find the lines of an aggregate's cell.
CREATE INDEX IF NOT EXISTS fact_sales_day_region ON dwh.fact_sales (date_key, region_key);
CREATE INDEX IF NOT EXISTS fact_sales_product_month ON dwh.fact_sales (product_key, (date_key / 100));
CREATE INDEX IF NOT EXISTS fact_sales_customer_key ON dwh.fact_sales (customer_key);
CREATE INDEX IF NOT EXISTS fact_sales_employee_key ON dwh.fact_sales (employee_key);
CREATE INDEX IF NOT EXISTS fact_sales_region_key ON dwh.fact_sales (region_key);
-- Finds the few lines whose product is not known yet, without reading the fact.
CREATE INDEX IF NOT EXISTS fact_sales_without_cost ON dwh.fact_sales (product_key) WHERE unit_cost IS NULL;

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

CREATE TABLE IF NOT EXISTS dwh.fact_payments (
    payment_id bigint PRIMARY KEY,
    order_id bigint NOT NULL,
    date_key integer NOT NULL,
    customer_key bigint NOT NULL,
    region_key integer NOT NULL,
    method text NOT NULL,
    amount numeric(12, 2) NOT NULL,
    batch_id bigint NOT NULL
)
WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.01);

CREATE INDEX IF NOT EXISTS fact_payments_order_id ON dwh.fact_payments (order_id);
CREATE INDEX IF NOT EXISTS fact_payments_date_key ON dwh.fact_payments (date_key);
CREATE INDEX IF NOT EXISTS fact_payments_customer_key ON dwh.fact_payments (customer_key);
CREATE INDEX IF NOT EXISTS fact_payments_region_key ON dwh.fact_payments (region_key);

COMMENT ON TABLE dwh.fact_payments IS 'Payments received, one row a payment, whatever became of the order';
COMMENT ON COLUMN dwh.fact_payments.payment_id IS 'Key of the payment in the source';
COMMENT ON COLUMN dwh.fact_payments.order_id IS 'Key of the order in the source';
COMMENT ON COLUMN dwh.fact_payments.date_key IS 'Day the money arrived, business time: dim_date';
COMMENT ON COLUMN dwh.fact_payments.customer_key IS 'Who bought: dim_customer';
COMMENT ON COLUMN dwh.fact_payments.region_key IS 'Region of the sale: dim_region';
COMMENT ON COLUMN dwh.fact_payments.method IS 'card, cash, bank_transfer, instalments or gift_card';
COMMENT ON COLUMN dwh.fact_payments.amount IS 'Amount paid, UAH';
COMMENT ON COLUMN dwh.fact_payments.batch_id IS 'Load that last changed the row';

CREATE TABLE IF NOT EXISTS dwh.kept_line_costs (
    order_item_id bigint PRIMARY KEY,
    product_key integer NOT NULL,
    unit_cost numeric(12, 2)
);

COMMENT ON TABLE dwh.kept_line_costs IS 'Purchase prices of lines that left fact_sales: a line that comes back keeps the one it had';
COMMENT ON COLUMN dwh.kept_line_costs.order_item_id IS 'Key of the line in the source';
COMMENT ON COLUMN dwh.kept_line_costs.product_key IS 'Product the price belongs to: dim_product';
COMMENT ON COLUMN dwh.kept_line_costs.unit_cost IS 'Purchase price of one piece when the line was first loaded, UAH; NULL if not known';

-- Aggregates ---------------------------------------------------------------------------------------------------------
-- The release updates the cells that a load touches (docs/adr/0017-aggregates-behind-the-marts.md). Sums are numeric without limits:
-- no cell can overflow a release.

CREATE TABLE IF NOT EXISTS dwh.agg_sales_daily (
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
    lines_without_cost integer NOT NULL,
    PRIMARY KEY (date_key, region_key, category_key)
)
WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.01);

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

CREATE TABLE IF NOT EXISTS dwh.agg_category_daily (
    date_key integer NOT NULL,
    category_key integer NOT NULL,
    revenue numeric NOT NULL,
    quantity bigint NOT NULL,
    margin numeric,
    orders integer NOT NULL,
    lines integer NOT NULL,
    PRIMARY KEY (date_key, category_key)
);

COMMENT ON TABLE dwh.agg_category_daily IS 'Sales a day and category; kept by the release, read the marts instead';
COMMENT ON COLUMN dwh.agg_category_daily.date_key IS 'Day the orders were placed, business time: dim_date';
COMMENT ON COLUMN dwh.agg_category_daily.category_key IS 'Category of the product now: dim_category';
COMMENT ON COLUMN dwh.agg_category_daily.revenue IS 'Revenue after discount, UAH';
COMMENT ON COLUMN dwh.agg_category_daily.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.agg_category_daily.margin IS 'Margin of the lines whose cost is known, UAH; NULL when of none';
COMMENT ON COLUMN dwh.agg_category_daily.orders IS 'Distinct orders; never sum them across categories';
COMMENT ON COLUMN dwh.agg_category_daily.lines IS 'Order lines';

CREATE TABLE IF NOT EXISTS dwh.agg_sales_monthly (
    year_month text NOT NULL,
    region_key integer NOT NULL,
    category_key integer NOT NULL,
    revenue numeric NOT NULL,
    quantity bigint NOT NULL,
    margin numeric,
    orders integer NOT NULL,
    lines integer NOT NULL,
    PRIMARY KEY (year_month, region_key, category_key)
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

CREATE TABLE IF NOT EXISTS dwh.agg_orders_daily (
    date_key integer NOT NULL,
    region_key integer NOT NULL,
    employee_key integer NOT NULL,
    revenue numeric NOT NULL,
    quantity bigint NOT NULL,
    cost numeric,
    margin numeric,
    discount_amount numeric NOT NULL,
    orders integer NOT NULL,
    lines integer NOT NULL,
    PRIMARY KEY (date_key, region_key, employee_key)
)
WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.01);

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

CREATE TABLE IF NOT EXISTS dwh.agg_product_monthly (
    year_month text NOT NULL,
    product_key integer NOT NULL,
    revenue numeric NOT NULL,
    quantity bigint NOT NULL,
    margin numeric,
    orders integer NOT NULL,
    lines integer NOT NULL,
    PRIMARY KEY (year_month, product_key)
);

COMMENT ON TABLE dwh.agg_product_monthly IS 'Sales a month and product; kept by the release, read the marts instead';
COMMENT ON COLUMN dwh.agg_product_monthly.year_month IS 'Month the orders were placed, such as 2026-11';
COMMENT ON COLUMN dwh.agg_product_monthly.product_key IS 'Product sold: dim_product';
COMMENT ON COLUMN dwh.agg_product_monthly.revenue IS 'Revenue after discount, UAH';
COMMENT ON COLUMN dwh.agg_product_monthly.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.agg_product_monthly.margin IS 'Margin of the lines whose cost is known, UAH; NULL when of none';
COMMENT ON COLUMN dwh.agg_product_monthly.orders IS 'Distinct orders; never sum them across products';
COMMENT ON COLUMN dwh.agg_product_monthly.lines IS 'Order lines';

CREATE TABLE IF NOT EXISTS dwh.agg_payments_monthly (
    year_month text NOT NULL,
    region_key integer NOT NULL,
    method text NOT NULL,
    amount numeric NOT NULL,
    payments integer NOT NULL,
    PRIMARY KEY (year_month, region_key, method)
);

COMMENT ON TABLE dwh.agg_payments_monthly IS 'Payments a month, region and method; kept by the release, read the marts instead';
COMMENT ON COLUMN dwh.agg_payments_monthly.year_month IS 'Month the money arrived, such as 2026-11';
COMMENT ON COLUMN dwh.agg_payments_monthly.region_key IS 'Region of the sale: dim_region';
COMMENT ON COLUMN dwh.agg_payments_monthly.method IS 'card, cash, bank_transfer, instalments or gift_card';
COMMENT ON COLUMN dwh.agg_payments_monthly.amount IS 'Amount paid, UAH';
COMMENT ON COLUMN dwh.agg_payments_monthly.payments IS 'Payments';

-- Loads --------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS dwh.load_batches (
    batch_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mode text NOT NULL,
    status text NOT NULL,
    requested_by text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT current_timestamp,
    finished_at timestamptz,
    extract_id text,
    snapshot_at timestamptz,
    horizon timestamptz,
    source_version text,
    verdict text,
    counts jsonb,
    certificate jsonb,
    error text,
    gate jsonb,
    severity_overrides jsonb,
    new_source boolean NOT NULL DEFAULT FALSE,
    CONSTRAINT load_batches_status_check CHECK (status IN ('running', 'released', 'blocked', 'failed', 'abandoned', 'checked')),
    CONSTRAINT load_batches_mode_check CHECK (mode IN ('full', 'incremental', 'backfill', 'repair'))
);

CREATE INDEX IF NOT EXISTS load_batches_released ON dwh.load_batches (snapshot_at) WHERE status = 'released';
CREATE INDEX IF NOT EXISTS load_batches_new_source ON dwh.load_batches (batch_id) WHERE new_source;

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
COMMENT ON COLUMN dwh.load_batches.counts IS 'Rows read, by table; the certificate says what became of them';
COMMENT ON COLUMN dwh.load_batches.certificate IS 'Proof that counts and control sums of staged and released rows agree';
COMMENT ON COLUMN dwh.load_batches.error IS 'Why the load did not release, without secrets or row values';
COMMENT ON COLUMN dwh.load_batches.gate IS 'What the quality gate found: counts by table, broken rules, newest changes; no row values';
COMMENT ON COLUMN dwh.load_batches.severity_overrides IS 'Severities that this run asked for, by rule; empty when none';
COMMENT ON COLUMN dwh.load_batches.new_source IS 'Whether a person accepted the source as it was; earlier knowledge of it does not count';

CREATE TABLE IF NOT EXISTS dwh.source_state (
    only_row boolean PRIMARY KEY DEFAULT TRUE,
    batch_id bigint NOT NULL REFERENCES dwh.load_batches (batch_id),
    state jsonb NOT NULL,
    CONSTRAINT source_state_only_row_check CHECK (only_row)
);

COMMENT ON TABLE dwh.source_state IS 'What the newest release remembers of the source, by which the next load recognises it; one row';
COMMENT ON COLUMN dwh.source_state.only_row IS 'Always true';
COMMENT ON COLUMN dwh.source_state.batch_id IS 'Load that read it';
COMMENT ON COLUMN dwh.source_state.state IS 'Server, database, log position, next keys, and keys and times of sampled rows';

CREATE TABLE IF NOT EXISTS dwh.load_watermarks (
    table_name text PRIMARY KEY,
    watermark timestamptz,
    batch_id bigint REFERENCES dwh.load_batches (batch_id),
    updated_at timestamptz NOT NULL DEFAULT current_timestamp
);

COMMENT ON TABLE dwh.load_watermarks IS 'How far each source table was read, one row a table';
COMMENT ON COLUMN dwh.load_watermarks.table_name IS 'Source table';
COMMENT ON COLUMN dwh.load_watermarks.watermark IS 'Changes stamped before it are released or in quarantine; NULL until the first load';
COMMENT ON COLUMN dwh.load_watermarks.batch_id IS 'Load that last set the watermark';
COMMENT ON COLUMN dwh.load_watermarks.updated_at IS 'When the watermark was last set';

CREATE TABLE IF NOT EXISTS dwh.backfills (
    backfill_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    range_start date NOT NULL,
    range_end date NOT NULL,
    window_size text NOT NULL,
    requested_by text NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT current_timestamp
);

COMMENT ON TABLE dwh.backfills IS 'Replays of ranges of order dates, one row a backfill; one with windows not released is resumed';
COMMENT ON COLUMN dwh.backfills.backfill_id IS 'Key of the backfill';
COMMENT ON COLUMN dwh.backfills.range_start IS 'First order date replayed, business time';
COMMENT ON COLUMN dwh.backfills.range_end IS 'First order date after the range';
COMMENT ON COLUMN dwh.backfills.window_size IS 'What the range is cut into: month, week, day or a number of days';
COMMENT ON COLUMN dwh.backfills.requested_by IS 'Host, process and flow run that opened the backfill';
COMMENT ON COLUMN dwh.backfills.opened_at IS 'When the backfill was opened';

CREATE TABLE IF NOT EXISTS dwh.backfill_windows (
    backfill_id bigint NOT NULL REFERENCES dwh.backfills (backfill_id),
    window_start date NOT NULL,
    window_end date NOT NULL,
    batch_id bigint REFERENCES dwh.load_batches (batch_id),
    facts_before jsonb,
    facts_after jsonb,
    PRIMARY KEY (backfill_id, window_start)
);

COMMENT ON TABLE dwh.backfill_windows IS 'Windows of the backfills, one row a window; done once its load is released';
COMMENT ON COLUMN dwh.backfill_windows.backfill_id IS 'Backfill of the window';
COMMENT ON COLUMN dwh.backfill_windows.window_start IS 'First order date of the window, business time';
COMMENT ON COLUMN dwh.backfill_windows.window_end IS 'First order date after the window';
COMMENT ON COLUMN dwh.backfill_windows.batch_id IS 'Newest load of the window; NULL until its turn comes';
COMMENT ON COLUMN dwh.backfill_windows.facts_before IS 'Count and hash of the window''s facts before that load';
COMMENT ON COLUMN dwh.backfill_windows.facts_after IS 'Count and hash of the window''s facts after that load; NULL until it is released';

CREATE TABLE IF NOT EXISTS dwh.schema_migrations (
    name text PRIMARY KEY,
    version text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT current_timestamp
);

COMMENT ON TABLE dwh.schema_migrations IS 'Numbered changes that the tables have, one row a migration; a new warehouse has all';
COMMENT ON COLUMN dwh.schema_migrations.name IS 'File of the migration: number, and what it does';
COMMENT ON COLUMN dwh.schema_migrations.version IS 'Version of the pipeline whose bootstrap applied it, or made the warehouse';
COMMENT ON COLUMN dwh.schema_migrations.applied_at IS 'When that was';

-- Unknown members ----------------------------------------------------------------------------------------------------

INSERT INTO dwh.dim_date (date_key, year_quarter, year_month, month_name, month_name_en, day_name, day_name_en)
VALUES (0, '(unknown)', '(unknown)', '(unknown)', '(unknown)', '(unknown)', '(unknown)')
ON CONFLICT DO NOTHING;

INSERT INTO dwh.dim_region (region_key, name)
OVERRIDING SYSTEM VALUE
VALUES (0, '(unknown)')
ON CONFLICT DO NOTHING;

INSERT INTO dwh.dim_category (category_key, name, path, level)
OVERRIDING SYSTEM VALUE
VALUES (0, '(unknown)', '(unknown)', 1)
ON CONFLICT DO NOTHING;

INSERT INTO dwh.dim_product (product_key, name, category_key)
OVERRIDING SYSTEM VALUE
VALUES (0, '(unknown)', 0)
ON CONFLICT DO NOTHING;

INSERT INTO dwh.dim_customer (customer_key, full_name, region_key)
OVERRIDING SYSTEM VALUE
VALUES (0, '(unknown)', 0)
ON CONFLICT DO NOTHING;

INSERT INTO dwh.dim_employee (employee_key, full_name, region_key)
OVERRIDING SYSTEM VALUE
VALUES (0, '(online)', 0)
ON CONFLICT DO NOTHING;
