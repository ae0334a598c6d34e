-- Has PostgreSQL vacuum and analyse the growing tables after a fiftieth of their rows has changed, not after a fifth.
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
