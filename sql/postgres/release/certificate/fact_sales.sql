-- The control sums of all released rows of accepted orders, from dwh.fact_sales alone.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row.
SELECT
    count(*) AS lines,
    sum(f.quantity) AS quantity,
    sum(f.revenue) AS revenue,
    sum(f.discount_amount) AS discount_amount,
    sum(f.cost) AS cost
FROM stg.accepted_orders AS o
INNER JOIN dwh.fact_sales AS f ON o.order_id = f.order_id;
