-- Marks the members of dwh.dim_customer as deleted that the source no longer has among the requested keys.
-- A rejected row counts as present. Returns how many of them the source lacks and, if any, how many members there were.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row a member. Key: customer_key.
-- Binds: batch_id.
-- Needs: stg.requested_keys from staging/write_requested_keys.sql.
WITH missing AS (
    -- A left join without a match: the source no longer has the row.
    SELECT d.customer_key
    FROM stg.requested_keys AS requested
    INNER JOIN dwh.dim_customer AS d ON requested.source_key = d.customer_id
    LEFT JOIN stg.customers AS s ON requested.source_key = s.customer_id
    WHERE requested.table_name = 'customers' AND s.customer_id IS NULL AND NOT d.is_inferred AND NOT d.is_deleted
),

marked AS (
    UPDATE dwh.dim_customer AS d
    SET
        is_deleted = TRUE,
        batch_id = :batch_id
    FROM missing
    WHERE d.customer_key = missing.customer_key
)

SELECT
    CASE WHEN count(*) = 0 THEN 0 ELSE (
        SELECT count(*)
        FROM dwh.dim_customer AS d
        WHERE d.customer_key <> 0 AND NOT d.is_inferred AND NOT d.is_deleted
    ) END AS standing,
    count(*) AS missing
FROM missing;
