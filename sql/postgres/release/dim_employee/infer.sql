-- Adds a member for every key of employees that an accepted row names and dwh.dim_employee lacks.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row a member. Key: employee_id.
-- Binds: batch_id.
INSERT INTO dwh.dim_employee (employee_id, full_name, region_key, is_inferred, batch_id)
SELECT
    unknown.employee_id,
    '(not loaded: ' || unknown.employee_id || ')' AS full_name,
    0 AS region_key,
    TRUE AS is_inferred,
    :batch_id AS batch_id
FROM (
    SELECT DISTINCT named.employee_id
    FROM (
        SELECT employee_id FROM stg.accepted_orders
    ) AS named
    WHERE
        named.employee_id IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM dwh.dim_employee AS d
            WHERE d.employee_id = named.employee_id
        )
) AS unknown;
