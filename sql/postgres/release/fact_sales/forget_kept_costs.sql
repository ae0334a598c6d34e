-- Deletes the kept cost of every staged line that is in dwh.fact_sales again, which has the cost itself.
-- Grain: one row an order line. Key: order_item_id.
DELETE FROM dwh.kept_line_costs AS k
USING stg.order_items AS i
WHERE
    k.order_item_id = i.order_item_id
    AND EXISTS (
        SELECT FROM dwh.fact_sales AS f
        WHERE f.order_item_id = k.order_item_id
    );
