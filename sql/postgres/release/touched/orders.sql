-- Marks every order as touched of which a line or payment may change. It runs before anything changes.
-- An order that does not change after all does no harm.
-- Grain: one row an order. Key: order_id.
-- Needs: stg.requested_keys from staging/write_requested_keys.sql.
INSERT INTO stg.touched_orders (order_id)
SELECT named.order_id
FROM (
    SELECT o.order_id FROM stg.orders AS o
    UNION
    SELECT i.order_id FROM stg.order_items AS i
    UNION
    SELECT p.order_id FROM stg.payments AS p
    UNION
    SELECT requested.source_key AS order_id FROM stg.requested_keys AS requested
    WHERE requested.table_name = 'orders'
    UNION
    -- The order that has a staged line in the fact.
    SELECT f.order_id
    FROM stg.order_items AS i
    INNER JOIN dwh.fact_sales AS f ON i.order_item_id = f.order_item_id
    UNION
    -- The order that has a staged payment in the fact.
    SELECT f.order_id
    FROM stg.payments AS p
    INNER JOIN dwh.fact_payments AS f ON p.payment_id = f.payment_id
    UNION
    -- Lines whose cost becomes known. A left join without a match: the product was not staged, or was rejected.
    SELECT f.order_id
    FROM dwh.fact_sales AS f
    INNER JOIN dwh.dim_product AS d ON f.product_key = d.product_key
    LEFT JOIN stg.accepted_products AS s ON d.product_id = s.product_id
    WHERE f.unit_cost IS NULL AND coalesce(d.unit_cost, s.unit_cost) IS NOT NULL
) AS named
WHERE named.order_id IS NOT NULL;
