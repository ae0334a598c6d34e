-- Marks the members of dwh.dim_region as deleted that the source, read whole, no longer has. A rejected row counts as present.
-- Returns how many members there were, and how many of them the source lacks.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row a member. Key: region_key.
-- Binds: batch_id.
WITH standing AS (
    -- A left join without a match: the source no longer has the row.
    SELECT
        d.region_key,
        s.region_id IS NULL AS is_missing
    FROM dwh.dim_region AS d
    LEFT JOIN stg.regions AS s ON d.region_id = s.region_id
    WHERE d.region_key <> 0 AND NOT d.is_inferred AND NOT d.is_deleted
),

marked AS (
    UPDATE dwh.dim_region AS d
    SET
        is_deleted = TRUE,
        batch_id = :batch_id
    FROM standing
    WHERE d.region_key = standing.region_key AND standing.is_missing
)

SELECT
    count(*) AS standing,
    count(*) FILTER (WHERE standing.is_missing) AS missing
FROM standing;
