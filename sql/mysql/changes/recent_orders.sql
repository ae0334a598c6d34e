-- The newest orders in one of the statuses (a comma-separated list) with at least the given number of lines.
-- Grain: one row an order. Key: order_id.
-- Binds: at_least, statuses.
SELECT order_id
FROM orders
WHERE
    find_in_set(status, :statuses)
    AND :at_least <= (
        SELECT count(*)
        FROM order_items
        WHERE order_items.order_id = orders.order_id
    )
ORDER BY order_id DESC
LIMIT 1000;
