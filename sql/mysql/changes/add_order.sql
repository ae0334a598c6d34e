-- Adds an order of up to three products at today's prices. Without a seller the order is placed online.
-- Binds: customer_id, discount, now, product_id, quantity, region_id, second_product_id, seller_id, third_product_id.
INSERT INTO orders (customer_id, employee_id, order_date, region_id, total_amount, status)
VALUES (:customer_id, :seller_id, :now, :region_id, 0, 'new');

SET @order_id = last_insert_id();

INSERT INTO order_items (order_id, product_id, quantity, unit_price, discount)
SELECT
    @order_id AS of_order,
    product_id,
    :quantity AS pieces,
    list_price,
    :discount AS fraction_off
FROM products
WHERE product_id IN (:product_id, :second_product_id, :third_product_id);

UPDATE orders
SET
    total_amount = (
        SELECT sum(round(i.quantity * i.unit_price * (1 - i.discount), 2))
        FROM order_items AS i
        WHERE i.order_id = orders.order_id
    )
WHERE order_id = @order_id;
