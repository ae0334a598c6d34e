-- Whether dwh.fact_sales has no row.
-- Grain: one row.
SELECT NOT EXISTS (SELECT FROM dwh.fact_sales) AS is_empty;
