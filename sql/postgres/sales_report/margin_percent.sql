-- The margin of a period in percent of the revenue whose cost is known (docs/kpi.md); NULL if no cost is known.
-- Grain: one row.
-- Binds: first_day, last_day.
SELECT round(100 * sum(m.margin) / nullif(sum(m.cost + m.margin), 0), 1) AS margin_percent
FROM dwh.mart_sales_dynamics AS m
WHERE m.sale_date BETWEEN :first_day AND :last_day;
