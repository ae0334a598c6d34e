-- The customers of dwh.dim_customer in a range of keys that were loaded and are not deleted.
-- A customer without a region has the unknown region.
-- Grain: one row a customer. Key: row_key.
-- Binds: high, low.
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
