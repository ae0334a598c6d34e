-- Adds a member for every key of categories that an accepted row names and dwh.dim_category lacks.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row a member. Key: category_id.
-- Binds: batch_id.
INSERT INTO dwh.dim_category (category_id, name, path, level, is_inferred, batch_id)
SELECT
    unknown.category_id,
    '(not loaded: ' || unknown.category_id || ')' AS name,
    '(not loaded: ' || unknown.category_id || ')' AS path,
    1 AS level,
    TRUE AS is_inferred,
    :batch_id AS batch_id
FROM (
    SELECT DISTINCT named.category_id
    FROM (
        SELECT parent_category_id AS category_id FROM stg.accepted_categories
        UNION ALL
        SELECT category_id FROM stg.accepted_products
    ) AS named
    WHERE
        named.category_id IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM dwh.dim_category AS d
            WHERE d.category_id = named.category_id
        )
) AS unknown;
