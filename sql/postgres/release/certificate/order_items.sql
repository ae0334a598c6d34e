-- How many accepted rows of order_items were merged, unchanged or excluded, and the control sums that dwh.fact_sales must have.
-- The sums come from the staged columns, unless a measure has a price that the fact alone has kept.
-- A left join without a match: the row was not released.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row.
-- Binds: batch_id, recognised.
SELECT
    count(*) FILTER (WHERE fact_sales.batch_id = :batch_id) AS merged,
    count(*) FILTER (WHERE fact_sales.batch_id <> :batch_id) AS unchanged,
    count(*) FILTER (WHERE NOT orders.status = any(:recognised)) AS excluded,
    count(*) FILTER (WHERE orders.status = any(:recognised)) AS lines,
    sum(order_items.quantity) FILTER (WHERE orders.status = any(:recognised)) AS quantity,
    sum(
        round(order_items.quantity * order_items.unit_price * (1 - order_items.discount), 2)
    ) FILTER (WHERE orders.status = any(:recognised)) AS revenue,
    sum(
        round(order_items.quantity * order_items.unit_price * order_items.discount, 2)
    ) FILTER (WHERE orders.status = any(:recognised)) AS discount_amount,
    sum(order_items.quantity * fact_sales.unit_cost) AS cost
FROM stg.accepted_order_items AS order_items
INNER JOIN stg.accepted_orders AS orders ON order_items.order_id = orders.order_id
LEFT JOIN dwh.fact_sales ON order_items.order_item_id = fact_sales.order_item_id AND order_items.order_id = fact_sales.order_id;
