-- Brings a warehouse made before 0.1.0, when migrations were not recorded yet, to the schema of 0.1.0.
ALTER TABLE dwh.load_batches ADD COLUMN IF NOT EXISTS gate jsonb;
ALTER TABLE dwh.load_batches ADD COLUMN IF NOT EXISTS severity_overrides jsonb;

ALTER TABLE dwh.load_batches DROP CONSTRAINT IF EXISTS load_batches_status_check;
ALTER TABLE dwh.load_batches
ADD CONSTRAINT load_batches_status_check CHECK (status IN ('running', 'released', 'blocked', 'failed', 'abandoned', 'checked'));
ALTER TABLE dwh.load_batches DROP CONSTRAINT IF EXISTS load_batches_mode_check;
ALTER TABLE dwh.load_batches
ADD CONSTRAINT load_batches_mode_check CHECK (mode IN ('full', 'incremental', 'backfill', 'repair'));

-- Replaced by fact_sales_day_region and fact_sales_product_month.
DROP INDEX IF EXISTS dwh.fact_sales_date_key;
DROP INDEX IF EXISTS dwh.fact_sales_product_key;

ALTER TABLE stg.rejected_rows ADD COLUMN IF NOT EXISTS released_batch_id bigint;
