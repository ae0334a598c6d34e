-- Purpose: how much was touched, for the plans of what follows.
-- Grain: none.
ANALYZE stg.touched_orders, stg.touched_sales, stg.touched_categories, stg.touched_products, stg.touched_payments;
