-- Moves an order to another customer, employee and region.
-- Binds: customer_id, employee_id, order_id, region_id.
UPDATE orders
SET customer_id = :customer_id, employee_id = :employee_id, region_id = :region_id
WHERE order_id = :order_id;
