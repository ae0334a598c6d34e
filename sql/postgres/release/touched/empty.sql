-- Empties the tables of touched orders and cells, which still have those of the release before.
TRUNCATE stg.touched_orders, stg.touched_sales, stg.touched_categories, stg.touched_products, stg.touched_payments;
