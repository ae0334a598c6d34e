-- Whether dwh.fact_payments has no row.
-- Grain: one row.
SELECT NOT EXISTS (SELECT FROM dwh.fact_payments) AS is_empty;
