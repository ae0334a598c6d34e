-- Creates the schema stg: receipts, scratch tables of a load, and the quarantine. 02_stg_tables.sql creates the staged tables.
-- All tables but stg.rejected_rows are scratch: UNLOGGED, emptied by each load. Safe to repeat while no load runs.
-- Grain: stated at each table.
CREATE SCHEMA IF NOT EXISTS stg;
COMMENT ON SCHEMA stg IS 'Staging and quarantine; not for analysts';

-- Receipts of COPY, one row a staged part. UNLOGGED like the staged tables, so that a crash empties both.
CREATE UNLOGGED TABLE IF NOT EXISTS stg.staged_parts (
    extract_id text NOT NULL,
    table_name text NOT NULL,
    part text NOT NULL,
    row_count bigint NOT NULL,
    PRIMARY KEY (extract_id, table_name, part)
);
COMMENT ON TABLE stg.staged_parts IS 'Receipts of COPY, one row a part of the extract';
COMMENT ON COLUMN stg.staged_parts.extract_id IS 'Extract of the part';
COMMENT ON COLUMN stg.staged_parts.table_name IS 'Source table of the part';
COMMENT ON COLUMN stg.staged_parts.part IS 'File of the part';
COMMENT ON COLUMN stg.staged_parts.row_count IS 'Rows that COPY took';

-- The one extract whose parts staging accepts. The load that empties staging names it.
CREATE UNLOGGED TABLE IF NOT EXISTS stg.staged_extract (
    extract_id text PRIMARY KEY
);
COMMENT ON TABLE stg.staged_extract IS 'The extract whose parts are staged, one row; none where staging is empty';
COMMENT ON COLUMN stg.staged_extract.extract_id IS 'Extract, by the name of its directory';

-- A bootstrap drops the staged tables, so their receipts go too.
TRUNCATE stg.staged_extract, stg.staged_parts;

-- Keys that this batch requested, one row a key. The source no longer has a requested row that is not staged.
CREATE UNLOGGED TABLE IF NOT EXISTS stg.requested_keys (
    table_name text NOT NULL,
    source_key bigint NOT NULL,
    PRIMARY KEY (table_name, source_key)
);
COMMENT ON TABLE stg.requested_keys IS 'Keys that the batch requested, by table; rows of an order are requested by the order''s key';
COMMENT ON COLUMN stg.requested_keys.table_name IS 'Source table of the key';
COMMENT ON COLUMN stg.requested_keys.source_key IS 'Key of the source row';

-- What the gate rejected of this batch, one row a rejected row and rule.
CREATE UNLOGGED TABLE IF NOT EXISTS stg.batch_rejects (
    table_name text NOT NULL,
    row_key text NOT NULL,
    rule text NOT NULL,
    order_id bigint,
    row_data jsonb NOT NULL,
    PRIMARY KEY (table_name, row_key, rule)
);
COMMENT ON TABLE stg.batch_rejects IS 'Rows of the batch that the gate rejected or held';
COMMENT ON COLUMN stg.batch_rejects.table_name IS 'Source table of the row';
COMMENT ON COLUMN stg.batch_rejects.row_key IS 'Key of the source row, as text';
COMMENT ON COLUMN stg.batch_rejects.rule IS 'Rule that the row breaks, or held_with_order';
COMMENT ON COLUMN stg.batch_rejects.order_id IS 'Order that the row belongs to, where it belongs to one';
COMMENT ON COLUMN stg.batch_rejects.row_data IS 'The whole row as staged';

-- What this release touches, one row an order or a cell. Not temporary tables: parallel workers cannot read those.
CREATE UNLOGGED TABLE IF NOT EXISTS stg.touched_orders (
    order_id bigint PRIMARY KEY
);
COMMENT ON TABLE stg.touched_orders IS 'Orders that a release may change, one row an order; none where it read them all';
COMMENT ON COLUMN stg.touched_orders.order_id IS 'Key of the order';

CREATE UNLOGGED TABLE IF NOT EXISTS stg.touched_sales (
    date_key integer,
    region_key integer,
    PRIMARY KEY (date_key, region_key)
);
COMMENT ON TABLE stg.touched_sales IS 'Cells of the sales aggregates that a release recomputes, one row a day and region';
COMMENT ON COLUMN stg.touched_sales.date_key IS 'Day of the cells';
COMMENT ON COLUMN stg.touched_sales.region_key IS 'Region of the cells';

CREATE UNLOGGED TABLE IF NOT EXISTS stg.touched_categories (
    date_key integer,
    region_key integer,
    category_key integer,
    PRIMARY KEY (date_key, region_key, category_key)
);
COMMENT ON TABLE stg.touched_categories IS
'Categories whose sales cells a release recomputes, one row a day, region and category; none where it recomputes all';
COMMENT ON COLUMN stg.touched_categories.date_key IS 'Day of the cell';
COMMENT ON COLUMN stg.touched_categories.region_key IS 'Region of the cell';
COMMENT ON COLUMN stg.touched_categories.category_key IS 'Category of the cell';

CREATE UNLOGGED TABLE IF NOT EXISTS stg.touched_products (
    month_key integer,
    product_key integer,
    PRIMARY KEY (month_key, product_key)
);
COMMENT ON TABLE stg.touched_products IS 'Cells of the product aggregate that a release recomputes, one row a month and product';
COMMENT ON COLUMN stg.touched_products.month_key IS 'Month of the cell, as yyyymm';
COMMENT ON COLUMN stg.touched_products.product_key IS 'Product of the cell';

CREATE UNLOGGED TABLE IF NOT EXISTS stg.touched_payments (
    month_key integer PRIMARY KEY
);
COMMENT ON TABLE stg.touched_payments IS 'Cells of the payments aggregate that a release recomputes, one row a month';
COMMENT ON COLUMN stg.touched_payments.month_key IS 'Month of the cells, as yyyymm';

-- The quarantine, the data steward's list: one row a rejected row and rule, kept when resolved. The only durable table here.
CREATE TABLE IF NOT EXISTS stg.rejected_rows (
    rejected_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_name text NOT NULL,
    row_key text NOT NULL,
    rule text NOT NULL,
    order_id bigint,
    row_data jsonb NOT NULL,
    first_batch_id bigint NOT NULL,
    batch_id bigint NOT NULL,
    released_batch_id bigint,
    rejected_at timestamp with time zone NOT NULL DEFAULT now(),
    last_seen_at timestamp with time zone NOT NULL DEFAULT now(),
    resolved_at timestamp with time zone,
    resolved_batch_id bigint
);
CREATE UNIQUE INDEX IF NOT EXISTS rejected_rows_open ON stg.rejected_rows (table_name, row_key, rule) WHERE resolved_at IS NULL;
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
