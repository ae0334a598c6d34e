-- Purpose: scratch tables of this release: the orders it reads or changes, and the cells of the aggregates that it has to make anew.
-- Grain: one row an order; one row a cell, or a row of cells. Key: all columns.
CREATE TEMPORARY TABLE touched_orders (order_id bigint PRIMARY KEY) ON COMMIT DROP;
CREATE TEMPORARY TABLE touched_sales (date_key integer, region_key integer, PRIMARY KEY (date_key, region_key)) ON COMMIT DROP;
CREATE TEMPORARY TABLE touched_products (month_key integer, product_key integer, PRIMARY KEY (month_key, product_key)) ON COMMIT DROP;
CREATE TEMPORARY TABLE touched_payments (month_key integer PRIMARY KEY) ON COMMIT DROP;
