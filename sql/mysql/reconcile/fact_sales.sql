-- The rows of order_items that dwh.fact_sales must have in a range of keys.
-- The text must equal that of sql/postgres/reconcile/fact_sales.sql byte for byte.
-- A status is compared as bytes: a collation would take 'PAID' and 'paid ' for 'paid'.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row a source row. Key: row_key.
-- Binds: high, low, recognised.
SELECT
    order_items.order_item_id AS row_key,
    concat_ws(
        '|',
        order_items.order_item_id,
        orders.order_id,
        order_items.product_id,
        orders.customer_id,
        coalesce(orders.employee_id, ''),
        orders.region_id,
        coalesce(date(orders.order_date) + 0, ''),
        order_items.quantity,
        round(order_items.quantity * order_items.unit_price * (1 - order_items.discount), 2),
        round(order_items.quantity * order_items.unit_price * order_items.discount, 2),
        orders.status
    ) AS row_text
FROM order_items
INNER JOIN orders ON order_items.order_id = orders.order_id
WHERE
    order_items.order_item_id BETWEEN cast(:low AS signed) AND cast(:high AS signed)
    AND cast(orders.status AS binary) IN :recognised;
