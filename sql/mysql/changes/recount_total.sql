-- Sets the header's total to the sum of the lines, each rounded half up to the kopiyka.
-- Binds: order_id.
UPDATE orders
SET
    total_amount = (
        SELECT sum(round(i.quantity * i.unit_price * (1 - i.discount), 2))
        FROM order_items AS i
        WHERE i.order_id = orders.order_id
    )
WHERE order_id = :order_id;
