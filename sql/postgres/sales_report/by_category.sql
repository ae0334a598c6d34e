-- Purpose: sales of a period by category, with the same days a year before (NULL where these begin before the first day of sales: half of
-- them would look like growth).
-- Grain: one row a category. Key: category. Parameters: first_day, last_day.
SELECT
    m.category AS name,
    SUM(m.revenue) AS revenue,
    CASE WHEN COUNT(*) = COUNT(m.revenue_year_ago) THEN SUM(m.revenue_year_ago) END AS revenue_year_ago,
    SUM(m.margin) AS margin
FROM dwh.mart_sales_by_category AS m
WHERE m.sale_date BETWEEN :first_day AND :last_day
GROUP BY m.category
ORDER BY revenue DESC, name ASC;
