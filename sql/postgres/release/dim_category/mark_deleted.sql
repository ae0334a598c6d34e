-- Marks the members of dwh.dim_category as deleted that the source, read whole, no longer has. A rejected row counts as present.
-- Returns how many members there were, and how many of them the source lacks.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row a member. Key: category_key.
-- Binds: batch_id.
WITH standing AS (
    -- A left join without a match: the source no longer has the row.
    SELECT
        d.category_key,
        s.category_id IS NULL AS is_missing
    FROM dwh.dim_category AS d
    LEFT JOIN stg.categories AS s ON d.category_id = s.category_id
    WHERE d.category_key <> 0 AND NOT d.is_inferred AND NOT d.is_deleted
),

marked AS (
    UPDATE dwh.dim_category AS d
    SET
        is_deleted = TRUE,
        batch_id = :batch_id
    FROM standing
    WHERE d.category_key = standing.category_key AND standing.is_missing
)

SELECT
    count(*) AS standing,
    count(*) FILTER (WHERE standing.is_missing) AS missing
FROM standing;
