-- Collects statistics of dimensions and facts after a full load, for the certificate's joins and the analysts' queries.
ANALYZE
dwh.dim_date, dwh.dim_region, dwh.dim_category, dwh.dim_product, dwh.dim_customer, dwh.dim_employee, dwh.fact_sales, dwh.fact_payments;
