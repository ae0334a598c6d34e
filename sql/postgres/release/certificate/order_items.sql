-- How many accepted order lines were merged, unchanged or excluded, and the control sums of those that the fact must have.
-- The sums come from the staged columns. Only the cost needs the fact, which captures the purchase price first.
-- A left join without a match: the line was not released.
-- Grain: one row.
-- Binds: batch_id, recognised.
SELECT
    count(*) FILTER (WHERE f.batch_id = :batch_id) AS merged,
    count(*) FILTER (WHERE f.batch_id <> :batch_id) AS unchanged,
    count(*) FILTER (WHERE NOT o.status = any(:recognised)) AS excluded,
    count(*) FILTER (WHERE o.status = any(:recognised)) AS lines,
    sum(i.quantity) FILTER (WHERE o.status = any(:recognised)) AS quantity,
    sum(round(i.quantity * i.unit_price * (1 - i.discount), 2)) FILTER (WHERE o.status = any(:recognised)) AS revenue,
    sum(round(i.quantity * i.unit_price * i.discount, 2)) FILTER (WHERE o.status = any(:recognised)) AS discount_amount,
    sum(i.quantity * f.unit_cost) AS cost
FROM stg.accepted_order_items AS i
INNER JOIN stg.accepted_orders AS o ON i.order_id = o.order_id
LEFT JOIN dwh.fact_sales AS f ON i.order_item_id = f.order_item_id AND i.order_id = f.order_id;
