-- Purpose: whether this is a warehouse already, and whether its migrations are counted.
-- Grain: one row.
SELECT
    to_regclass('dwh.load_batches') IS NOT NULL AS is_warehouse,
    to_regclass('dwh.schema_migrations') IS NOT NULL AS is_counted;
