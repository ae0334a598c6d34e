-- Adds a member for every key of regions that an accepted row names and dwh.dim_region lacks.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row a member. Key: region_id.
-- Binds: batch_id.
INSERT INTO dwh.dim_region (region_id, name, is_inferred, batch_id)
SELECT
    unknown.region_id,
    '(not loaded: ' || unknown.region_id || ')' AS name,
    TRUE AS is_inferred,
    :batch_id AS batch_id
FROM (
    SELECT DISTINCT named.region_id
    FROM (
        SELECT region_id FROM stg.accepted_customers
        UNION ALL
        SELECT region_id FROM stg.accepted_employees
        UNION ALL
        SELECT region_id FROM stg.accepted_orders
    ) AS named
    WHERE
        named.region_id IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM dwh.dim_region AS d
            WHERE d.region_id = named.region_id
        )
) AS unknown;
