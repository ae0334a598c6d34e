-- Whether a fact has rows but its aggregate has none, as in a warehouse that an earlier version loaded.
-- Grain: one row.
SELECT
    (EXISTS (SELECT FROM dwh.fact_sales) AND NOT EXISTS (SELECT FROM dwh.agg_sales_daily))
    OR (EXISTS (SELECT FROM dwh.fact_payments) AND NOT EXISTS (SELECT FROM dwh.agg_payments_monthly)) AS is_unfilled;
