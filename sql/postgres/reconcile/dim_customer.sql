-- Purpose: the customers that stand in dwh.dim_customer in a span of keys: members that were loaded, and not found gone since.
-- Grain: one row a customer. Key: row_key.
-- The unknown region is that of a customer without one.
SELECT
    c.customer_id AS row_key,
    concat_ws(
        '|',
        c.customer_id,
        coalesce(cast(r.region_id AS text), ''),
        coalesce(cast(c.created_at AS text), ''),
        c.full_name
    ) AS row_text
FROM dwh.dim_customer AS c
INNER JOIN dwh.dim_region AS r ON c.region_key = r.region_key
WHERE
    c.customer_id BETWEEN cast(:low AS bigint) AND cast(:high AS bigint)
    AND NOT c.is_inferred
    AND NOT c.is_deleted;
