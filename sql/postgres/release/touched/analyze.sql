-- Purpose: how much was touched, for the plans of what follows.
-- Grain: none.
ANALYZE touched_orders, touched_sales, touched_products, touched_payments;
