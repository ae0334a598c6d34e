-- Adds a member for every key of customers that an accepted row names and dwh.dim_customer lacks.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row a member. Key: customer_id.
-- Binds: batch_id.
INSERT INTO dwh.dim_customer (customer_id, full_name, region_key, is_inferred, batch_id)
SELECT
    unknown.customer_id,
    '(not loaded: ' || unknown.customer_id || ')' AS full_name,
    0 AS region_key,
    TRUE AS is_inferred,
    :batch_id AS batch_id
FROM (
    SELECT DISTINCT named.customer_id
    FROM (
        SELECT customer_id FROM stg.accepted_orders
    ) AS named
    WHERE
        named.customer_id IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM dwh.dim_customer AS d
            WHERE d.customer_id = named.customer_id
        )
) AS unknown;
