-- Merges the accepted employees that are new or differ into dwh.dim_employee.
-- Grain: one row an employee. Key: employee_id.
-- Binds: batch_id.
MERGE INTO dwh.dim_employee AS d
USING (
    -- A left join without a match: the employee is new; the employee has no region.
    SELECT
        s.employee_id,
        s.full_name,
        s.position,
        coalesce(r.region_key, 0) AS region_key,
        s.hired_at
    FROM stg.accepted_employees AS s
    LEFT JOIN dwh.dim_region AS r ON s.region_id = r.region_id
    LEFT JOIN dwh.dim_employee AS was ON s.employee_id = was.employee_id
    WHERE
        (was.full_name, was.position, was.region_key, was.hired_at, was.is_inferred, was.is_deleted)
        IS DISTINCT FROM (s.full_name, s.position, coalesce(r.region_key, 0), s.hired_at, FALSE, FALSE)
) AS changed
    ON d.employee_id = changed.employee_id
WHEN MATCHED THEN
    UPDATE SET
        full_name = changed.full_name,
        position = changed.position,
        region_key = changed.region_key,
        hired_at = changed.hired_at,
        is_inferred = FALSE,
        is_deleted = FALSE,
        batch_id = :batch_id
WHEN NOT MATCHED THEN
    INSERT (employee_id, full_name, position, region_key, hired_at, batch_id)
    VALUES (changed.employee_id, changed.full_name, changed.position, changed.region_key, changed.hired_at, :batch_id);
