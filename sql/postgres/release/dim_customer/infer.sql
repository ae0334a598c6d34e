-- Adds a member for every customer that an accepted order names and dwh.dim_customer lacks.
-- Grain: one row a customer. Key: customer_id.
-- Binds: batch_id.
INSERT INTO dwh.dim_customer (customer_id, full_name, region_key, is_inferred, batch_id)
SELECT
    unknown.customer_id,
    '(not loaded: ' || unknown.customer_id || ')' AS full_name,
    0 AS region_key,
    TRUE AS is_inferred,
    :batch_id AS batch_id
FROM (
    SELECT DISTINCT o.customer_id
    FROM stg.accepted_orders AS o
    WHERE
        o.customer_id IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM dwh.dim_customer AS d
            WHERE d.customer_id = o.customer_id
        )
) AS unknown;
