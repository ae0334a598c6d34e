-- The orders placed in a window of business time, the end excluded, and who bought; one row an order; key order_id.
SELECT
    placed.order_id,
    placed.customer_id
FROM orders AS placed
WHERE placed.order_date >= :start AND placed.order_date < :end;
