-- Adds a member for every product that an accepted order line names and dwh.dim_product lacks.
-- Grain: one row a product. Key: product_id.
-- Binds: batch_id.
INSERT INTO dwh.dim_product (product_id, name, category_key, is_inferred, batch_id)
SELECT
    unknown.product_id,
    '(not loaded: ' || unknown.product_id || ')' AS name,
    0 AS category_key,
    TRUE AS is_inferred,
    :batch_id AS batch_id
FROM (
    SELECT DISTINCT i.product_id
    FROM stg.accepted_order_items AS i
    WHERE
        i.product_id IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM dwh.dim_product AS d
            WHERE d.product_id = i.product_id
        )
) AS unknown;
