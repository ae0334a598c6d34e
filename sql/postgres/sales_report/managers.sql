-- The sales of each employee in a month.
-- Grain: one row an employee. Key: none, as two employees may share a name.
-- Binds: year_month.
SELECT
    m.employee AS name,
    m.revenue,
    m.orders,
    m.average_check,
    m.margin,
    m.revenue_share_percent
FROM dwh.mart_employee_performance AS m
WHERE m.year_month = :year_month
ORDER BY m.rank_by_revenue NULLS LAST, m.employee;
