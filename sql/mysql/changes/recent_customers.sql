-- The newest customers.
-- Grain: one row a customer. Key: customer_id.
SELECT customer_id
FROM customers
ORDER BY customer_id DESC
LIMIT 1000;
