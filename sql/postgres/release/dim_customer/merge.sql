-- Merges the accepted customers that are new or differ into dwh.dim_customer.
-- Grain: one row a customer. Key: customer_id.
-- Binds: batch_id.
MERGE INTO dwh.dim_customer AS d
USING (
    -- A left join without a match: the customer is new; the customer has no home region.
    SELECT
        s.customer_id,
        s.full_name,
        coalesce(r.region_key, 0) AS region_key,
        s.created_at
    FROM stg.accepted_customers AS s
    LEFT JOIN dwh.dim_region AS r ON s.region_id = r.region_id
    LEFT JOIN dwh.dim_customer AS was ON s.customer_id = was.customer_id
    WHERE
        (was.full_name, was.region_key, was.created_at, was.is_inferred, was.is_deleted)
        IS DISTINCT FROM (s.full_name, coalesce(r.region_key, 0), s.created_at, FALSE, FALSE)
) AS changed
    ON d.customer_id = changed.customer_id
WHEN MATCHED THEN
    UPDATE SET
        full_name = changed.full_name,
        region_key = changed.region_key,
        created_at = changed.created_at,
        is_inferred = FALSE,
        is_deleted = FALSE,
        batch_id = :batch_id
WHEN NOT MATCHED THEN
    INSERT (customer_id, full_name, region_key, created_at, batch_id)
    VALUES (changed.customer_id, changed.full_name, changed.region_key, changed.created_at, :batch_id);
