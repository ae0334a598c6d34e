-- Collects statistics of the aggregates after a load that computed all of them, for the plans of the marts.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
ANALYZE
dwh.agg_sales_daily, dwh.agg_category_daily, dwh.agg_sales_monthly, dwh.agg_orders_daily, dwh.agg_product_monthly,
dwh.agg_payments_monthly;
