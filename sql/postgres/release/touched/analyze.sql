-- Collects statistics of the touched orders and cells, for the plans of the steps that read them.
ANALYZE stg.touched_orders, stg.touched_sales, stg.touched_categories, stg.touched_products, stg.touched_payments;
