-- Marks the members of dwh.dim_product as deleted that the source, read whole, no longer has. A rejected row counts as present.
-- Returns how many members there were, and how many of them the source lacks.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row a member. Key: product_key.
-- Binds: batch_id.
WITH standing AS (
    -- A left join without a match: the source no longer has the row.
    SELECT
        d.product_key,
        s.product_id IS NULL AS is_missing
    FROM dwh.dim_product AS d
    LEFT JOIN stg.products AS s ON d.product_id = s.product_id
    WHERE d.product_key <> 0 AND NOT d.is_inferred AND NOT d.is_deleted
),

marked AS (
    UPDATE dwh.dim_product AS d
    SET
        is_deleted = TRUE,
        batch_id = :batch_id
    FROM standing
    WHERE d.product_key = standing.product_key AND standing.is_missing
)

SELECT
    count(*) AS standing,
    count(*) FILTER (WHERE standing.is_missing) AS missing
FROM standing;
