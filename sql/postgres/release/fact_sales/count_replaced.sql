-- How many rows of dwh.fact_sales have another day in the source: under their keys are other rows, unless somebody corrected a day.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row.
SELECT count(*) AS replaced
FROM stg.accepted_order_items AS s
INNER JOIN stg.accepted_orders AS o ON s.order_id = o.order_id
INNER JOIN dwh.fact_sales AS f ON s.order_item_id = f.order_item_id
WHERE f.date_key <> cast(to_char(o.order_date, 'YYYYMMDD') AS integer);
