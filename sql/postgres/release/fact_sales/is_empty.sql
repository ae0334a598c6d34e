-- Whether dwh.fact_sales has no row.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row.
SELECT NOT EXISTS (SELECT FROM dwh.fact_sales) AS is_empty;
