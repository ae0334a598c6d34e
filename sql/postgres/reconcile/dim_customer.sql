-- The rows of dwh.dim_customer in a range of keys that were loaded and are not deleted, with source keys instead of surrogate keys.
-- Left joins without a match: the row names a member that does not exist; the source never has that, so the rows differ.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row of dwh.dim_customer. Key: row_key.
-- Binds: high, low.
SELECT
    dim_customer.customer_id AS row_key,
    concat_ws(
        '|',
        dim_customer.customer_id,
        CASE WHEN dim_customer.region_key = 0 THEN '' ELSE coalesce(cast(dim_region.region_id AS text), '?') END,
        coalesce(cast(dim_customer.created_at AS text), ''),
        dim_customer.full_name
    ) AS row_text
FROM dwh.dim_customer
LEFT JOIN dwh.dim_region ON dim_customer.region_key = dim_region.region_key
WHERE
    dim_customer.customer_id BETWEEN cast(:low AS bigint) AND cast(:high AS bigint)
    AND NOT dim_customer.is_inferred
    AND NOT dim_customer.is_deleted;
