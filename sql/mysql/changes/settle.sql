-- Replaces the payments of an order by one that equals its total.
-- Binds: method, now, order_id.
DELETE FROM payments
WHERE order_id = :order_id;

INSERT INTO payments (order_id, method, paid_at, amount)
SELECT
    o.order_id,
    :method AS chosen_method,
    :now AS arrived_at,
    o.total_amount
FROM orders AS o
WHERE o.order_id = :order_id;
