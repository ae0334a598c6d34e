-- Collects statistics of dimensions and facts after a full load, for the certificate's joins and the analysts' queries.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
ANALYZE
dwh.dim_date, dwh.dim_region, dwh.dim_customer, dwh.dim_employee, dwh.dim_category, dwh.dim_product, dwh.fact_sales,
dwh.fact_payments;
