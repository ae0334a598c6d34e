-- All employees.
SELECT employee_id
FROM employees
ORDER BY employee_id;
