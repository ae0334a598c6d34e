-- All employees.
-- Grain: one row an employee. Key: employee_id.
SELECT employee_id
FROM employees
ORDER BY employee_id;
