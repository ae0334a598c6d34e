-- Marks the members of dwh.dim_employee as deleted that the source, read whole, no longer has. A rejected row counts as present.
-- Returns how many members there were, and how many of them the source lacks.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row a member. Key: employee_key.
-- Binds: batch_id.
WITH standing AS (
    -- A left join without a match: the source no longer has the row.
    SELECT
        d.employee_key,
        s.employee_id IS NULL AS is_missing
    FROM dwh.dim_employee AS d
    LEFT JOIN stg.employees AS s ON d.employee_id = s.employee_id
    WHERE d.employee_key <> 0 AND NOT d.is_inferred AND NOT d.is_deleted
),

marked AS (
    UPDATE dwh.dim_employee AS d
    SET
        is_deleted = TRUE,
        batch_id = :batch_id
    FROM standing
    WHERE d.employee_key = standing.employee_key AND standing.is_missing
)

SELECT
    count(*) AS standing,
    count(*) FILTER (WHERE standing.is_missing) AS missing
FROM standing;
