-- The control sums of all released lines of accepted orders, from the fact alone.
-- Grain: one row.
SELECT
    count(*) AS lines,
    sum(f.quantity) AS quantity,
    sum(f.revenue) AS revenue,
    sum(f.discount_amount) AS discount_amount,
    sum(f.cost) AS cost
FROM stg.accepted_orders AS o
INNER JOIN dwh.fact_sales AS f ON o.order_id = f.order_id;
