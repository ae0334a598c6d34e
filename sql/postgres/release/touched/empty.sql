-- Purpose: nothing is touched yet: of what the release before this one touched, nothing is left.
-- Grain: none.
TRUNCATE stg.touched_orders, stg.touched_sales, stg.touched_categories, stg.touched_products, stg.touched_payments;
