-- Newest customers.
SELECT customer_id
FROM customers
ORDER BY customer_id DESC
LIMIT 1000;
