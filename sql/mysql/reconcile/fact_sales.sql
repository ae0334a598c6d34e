-- Purpose: the order lines that must stand in dwh.fact_sales in a span of keys, measures as release/fact_sales/merge.sql has
-- them. What sql/postgres/reconcile/fact_sales.sql says of the warehouse must be the same text, byte for byte.
-- Grain: one row a line of a recognised order. Key: row_key.
-- A status is compared as bytes: a collation would take 'PAID' and 'paid ' for 'paid'.
SELECT
    i.order_item_id AS row_key,
    CONCAT_WS(
        '|',
        i.order_item_id,
        o.order_id,
        i.product_id,
        o.customer_id,
        COALESCE(o.employee_id, ''),
        o.region_id,
        COALESCE(DATE(o.order_date) + 0, ''),
        i.quantity,
        ROUND(i.quantity * i.unit_price * (1 - i.discount), 2),
        ROUND(i.quantity * i.unit_price * i.discount, 2),
        o.status
    ) AS row_text
FROM order_items AS i
INNER JOIN orders AS o ON i.order_id = o.order_id
WHERE
    i.order_item_id BETWEEN CAST(:low AS SIGNED) AND CAST(:high AS SIGNED)
    AND CAST(o.status AS BINARY) IN :recognised;
