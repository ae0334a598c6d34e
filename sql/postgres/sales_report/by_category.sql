-- The sales of a period by category, with those of the same days a year before.
-- The latter are NULL if a part of those days is before the first day of sales: half of them would look like growth.
-- Grain: one row a category. Key: name.
-- Binds: first_day, last_day.
SELECT
    m.category AS name,
    sum(m.revenue) AS revenue,
    CASE WHEN count(*) = count(m.revenue_year_ago) THEN sum(m.revenue_year_ago) END AS revenue_year_ago,
    sum(m.margin) AS margin
FROM dwh.mart_sales_by_category AS m
WHERE m.sale_date BETWEEN :first_day AND :last_day
GROUP BY m.category
ORDER BY revenue DESC, name ASC;
