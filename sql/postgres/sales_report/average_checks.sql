-- Purpose: average check by region and month, of a period.
-- Grain: one row a region and month with a sale. Key: region, year_month. Parameters: first_day, last_day.
SELECT
    m.region AS name,
    TO_CHAR(m.sale_date, 'YYYY-MM') AS year_month,
    ROUND(SUM(m.revenue) / SUM(m.orders), 2) AS average_check
FROM dwh.mart_sales_by_region AS m
WHERE m.sale_date BETWEEN :first_day AND :last_day
GROUP BY m.region, TO_CHAR(m.sale_date, 'YYYY-MM')
HAVING SUM(m.orders) > 0
ORDER BY m.region, year_month;
