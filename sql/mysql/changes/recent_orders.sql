-- Newest orders in one of the statuses (a comma-separated list) that have at least so many lines.
SELECT order_id
FROM orders
WHERE
    FIND_IN_SET(status, :statuses)
    AND :at_least <= (
        SELECT COUNT(*)
        FROM order_items
        WHERE order_items.order_id = orders.order_id
    )
ORDER BY order_id DESC
LIMIT 1000;
