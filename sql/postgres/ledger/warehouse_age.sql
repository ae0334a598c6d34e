-- Whether the database is a warehouse already, and whether it records its migrations.
-- Grain: one row.
SELECT
    to_regclass('dwh.load_batches') IS NOT NULL AS is_warehouse,
    to_regclass('dwh.schema_migrations') IS NOT NULL AS is_counted;
