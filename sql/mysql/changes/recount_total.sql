-- The header's total follows its lines, each rounded half up to the kopiyka.
UPDATE orders
SET
    total_amount = (
        SELECT SUM(ROUND(i.quantity * i.unit_price * (1 - i.discount), 2))
        FROM order_items AS i
        WHERE i.order_id = orders.order_id
    )
WHERE order_id = :order_id;
