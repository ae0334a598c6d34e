-- The order lines that dwh.fact_sales must have in a range of keys, with the measures of release/fact_sales/merge.sql.
-- The text must equal that of sql/postgres/reconcile/fact_sales.sql byte for byte.
-- A status is compared as bytes: a collation would take 'PAID' and 'paid ' for 'paid'.
-- Grain: one row a line of a recognised order. Key: row_key.
-- Binds: high, low, recognised.
SELECT
    i.order_item_id AS row_key,
    concat_ws(
        '|',
        i.order_item_id,
        o.order_id,
        i.product_id,
        o.customer_id,
        coalesce(o.employee_id, ''),
        o.region_id,
        coalesce(date(o.order_date) + 0, ''),
        i.quantity,
        round(i.quantity * i.unit_price * (1 - i.discount), 2),
        round(i.quantity * i.unit_price * i.discount, 2),
        o.status
    ) AS row_text
FROM order_items AS i
INNER JOIN orders AS o ON i.order_id = o.order_id
WHERE
    i.order_item_id BETWEEN cast(:low AS signed) AND cast(:high AS signed)
    AND cast(o.status AS binary) IN :recognised;
