-- Purpose: let what grows for years be vacuumed and analysed after a fiftieth of it has changed, not after a fifth.
-- Grain: none.
ALTER TABLE dwh.fact_sales SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.01
);
ALTER TABLE dwh.fact_payments SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.01
);
ALTER TABLE dwh.agg_sales_daily SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.01
);
ALTER TABLE dwh.agg_orders_daily SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.01
);
