-- Purpose: give a member to every customer that an accepted order names and the warehouse does not have.
-- Grain: one row a customer. Key: customer_id.
INSERT INTO dwh.dim_customer (customer_id, full_name, region_key, is_inferred, batch_id)
SELECT
    named.customer_id,
    '(not loaded: ' || named.customer_id || ')' AS full_name,
    0 AS region_key,
    TRUE AS is_inferred,
    :batch_id AS batch_id
FROM (SELECT DISTINCT customer_id FROM stg.accepted_orders) AS named
WHERE
    named.customer_id IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM dwh.dim_customer AS d
        WHERE d.customer_id = named.customer_id
    );
