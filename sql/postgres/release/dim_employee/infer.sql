-- Adds a member for every employee that an accepted order names and dwh.dim_employee lacks.
-- Grain: one row an employee. Key: employee_id.
-- Binds: batch_id.
INSERT INTO dwh.dim_employee (employee_id, full_name, region_key, is_inferred, batch_id)
SELECT
    unknown.employee_id,
    '(not loaded: ' || unknown.employee_id || ')' AS full_name,
    0 AS region_key,
    TRUE AS is_inferred,
    :batch_id AS batch_id
FROM (
    SELECT DISTINCT o.employee_id
    FROM stg.accepted_orders AS o
    WHERE
        o.employee_id IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM dwh.dim_employee AS d
            WHERE d.employee_id = o.employee_id
        )
) AS unknown;
