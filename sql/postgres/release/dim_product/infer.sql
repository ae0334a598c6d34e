-- Adds a member for every key of products that an accepted row names and dwh.dim_product lacks.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row a member. Key: product_id.
-- Binds: batch_id.
INSERT INTO dwh.dim_product (product_id, name, category_key, is_inferred, batch_id)
SELECT
    unknown.product_id,
    '(not loaded: ' || unknown.product_id || ')' AS name,
    0 AS category_key,
    TRUE AS is_inferred,
    :batch_id AS batch_id
FROM (
    SELECT DISTINCT named.product_id
    FROM (
        SELECT product_id FROM stg.accepted_order_items
    ) AS named
    WHERE
        named.product_id IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM dwh.dim_product AS d
            WHERE d.product_id = named.product_id
        )
) AS unknown;
