-- Merges the accepted lines of recognised orders that are new or differ into dwh.fact_sales.
-- Grain: one row an order line. Key: order_item_id.
-- Binds: batch_id, recognised.
CREATE TEMPORARY TABLE changed_sales ON COMMIT DROP AS
-- The purchase price is the one first captured for the line and its product, in the fact or in kept_line_costs, otherwise today's.
-- It differs only if the product differs or if complete_costs.sql has set it. So it is not compared itself, only cost and margin are.
-- Left joins without a match: the line is not in the fact; it has no kept cost.
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
    coalesce(
        CASE WHEN was.product_key = lines.product_key THEN was.unit_cost END,
        kept.unit_cost,
        lines.unit_cost
    ) AS unit_cost,
    lines.revenue,
    lines.discount_amount
FROM stg.sales_to_release AS lines
LEFT JOIN dwh.fact_sales AS was ON lines.order_item_id = was.order_item_id
LEFT JOIN dwh.kept_line_costs AS kept ON lines.order_item_id = kept.order_item_id AND lines.product_key = kept.product_key
WHERE
    lines.order_status = any(:recognised)
    AND (
        was.order_id, was.date_key, was.product_key, was.customer_key, was.employee_key, was.region_key, was.order_status,
        was.quantity, was.revenue, was.discount_amount, was.cost, was.margin
    )
    IS DISTINCT FROM (
        lines.order_id, lines.date_key, lines.product_key, lines.customer_key, lines.employee_key, lines.region_key,
        lines.order_status, lines.quantity, lines.revenue, lines.discount_amount, lines.quantity * was.unit_cost,
        lines.revenue - lines.quantity * was.unit_cost
    );

MERGE INTO dwh.fact_sales AS f
USING changed_sales AS changed
    ON f.order_item_id = changed.order_item_id
WHEN MATCHED THEN
    UPDATE SET
        order_id = changed.order_id,
        date_key = changed.date_key,
        product_key = changed.product_key,
        customer_key = changed.customer_key,
        employee_key = changed.employee_key,
        region_key = changed.region_key,
        order_status = changed.order_status,
        quantity = changed.quantity,
        unit_cost = changed.unit_cost,
        revenue = changed.revenue,
        discount_amount = changed.discount_amount,
        cost = changed.quantity * changed.unit_cost,
        margin = changed.revenue - changed.quantity * changed.unit_cost,
        batch_id = :batch_id
WHEN NOT MATCHED THEN
    INSERT (
        order_item_id, order_id, date_key, product_key, customer_key, employee_key, region_key, order_status,
        quantity, unit_cost, revenue, discount_amount, cost, margin, batch_id
    )
    VALUES (
        changed.order_item_id, changed.order_id, changed.date_key, changed.product_key, changed.customer_key, changed.employee_key,
        changed.region_key, changed.order_status, changed.quantity, changed.unit_cost, changed.revenue, changed.discount_amount,
        changed.quantity * changed.unit_cost, changed.revenue - changed.quantity * changed.unit_cost, :batch_id
    );
