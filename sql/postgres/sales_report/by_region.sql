-- Purpose: sales of a period by region, with the same days a year before (NULL where these begin before the first day of sales: half of
-- them would look like growth).
-- Grain: one row a region. Key: region. Parameters: first_day, last_day.
SELECT
    m.region AS name,
    SUM(m.revenue) AS revenue,
    CASE WHEN COUNT(*) = COUNT(m.revenue_year_ago) THEN SUM(m.revenue_year_ago) END AS revenue_year_ago,
    CAST(SUM(m.orders) AS bigint) AS orders,
    ROUND(SUM(m.revenue) / NULLIF(SUM(m.orders), 0), 2) AS average_check,
    SUM(m.margin) AS margin
FROM dwh.mart_sales_by_region AS m
WHERE m.sale_date BETWEEN :first_day AND :last_day
GROUP BY m.region
ORDER BY revenue DESC, name ASC;
