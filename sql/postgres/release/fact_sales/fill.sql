-- Inserts the accepted lines of recognised orders into an empty dwh.fact_sales, without comparing.
-- OFFSET 0 keeps the planner from computing each amount once more wherever it is named.
-- Grain: one row an order line. Key: order_item_id.
-- Binds: batch_id, recognised.
INSERT INTO dwh.fact_sales (
    order_item_id, order_id, date_key, product_key, customer_key, employee_key, region_key, order_status,
    quantity, unit_cost, revenue, discount_amount, cost, margin, batch_id
)
SELECT
    filling.order_item_id,
    filling.order_id,
    filling.date_key,
    filling.product_key,
    filling.customer_key,
    filling.employee_key,
    filling.region_key,
    filling.order_status,
    filling.quantity,
    filling.unit_cost,
    filling.revenue,
    filling.discount_amount,
    filling.quantity * filling.unit_cost AS cost,
    filling.revenue - filling.quantity * filling.unit_cost AS margin,
    :batch_id AS batch_id
FROM (
    -- The purchase price is the kept one, if the line left the fact with this product, otherwise today's.
    -- A left join without a match: the line has no kept cost.
    SELECT
        lines.order_item_id,
        lines.order_id,
        lines.date_key,
        lines.product_key,
        lines.customer_key,
        lines.employee_key,
        lines.region_key,
        lines.order_status,
        lines.quantity,
        coalesce(kept.unit_cost, lines.unit_cost) AS unit_cost,
        lines.revenue,
        lines.discount_amount
    FROM stg.sales_to_release AS lines
    LEFT JOIN dwh.kept_line_costs AS kept ON lines.order_item_id = kept.order_item_id AND lines.product_key = kept.product_key
    WHERE lines.order_status = any(:recognised)
    OFFSET 0 -- noqa: AM09
) AS filling;
