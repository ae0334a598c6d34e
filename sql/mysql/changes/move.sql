-- An order was booked on the wrong customer, employee and region.
UPDATE orders
SET customer_id = :customer_id, employee_id = :employee_id, region_id = :region_id
WHERE order_id = :order_id;
