-- Moves one hryvnia of a payment to a gift card. Only the payments change, not their sum.
-- Binds: now, order_id.
INSERT INTO payments (order_id, method, paid_at, amount)
SELECT
    order_id,
    'gift_card' AS other_method,
    :now AS arrived_at,
    1.00 AS one_hryvnia
FROM payments
WHERE order_id = :order_id AND amount > 1.00
ORDER BY payment_id
LIMIT 1;

UPDATE payments
SET amount = amount - 1.00
WHERE order_id = :order_id AND amount > 1.00
ORDER BY payment_id
LIMIT 1;
