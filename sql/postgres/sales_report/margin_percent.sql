-- Purpose: margin of a period in percent of the revenue whose cost is known, as docs/kpi.md has it; NULL where none is.
-- Grain: one row. Parameters: first_day, last_day.
SELECT ROUND(100 * SUM(m.margin) / NULLIF(SUM(m.cost + m.margin), 0), 1) AS margin_percent
FROM dwh.mart_sales_dynamics AS m
WHERE m.sale_date BETWEEN :first_day AND :last_day;
