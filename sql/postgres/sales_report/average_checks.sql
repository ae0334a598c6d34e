-- The average check by region and month, from the given month on.
-- Grain: one row a region and month with a sale. Key: name, year_month.
-- Binds: first_month.
SELECT
    m.region AS name,
    m.year_month,
    round(sum(m.revenue) / sum(m.orders), 2) AS average_check
FROM dwh.mart_average_check AS m
WHERE m.year_month >= :first_month
GROUP BY m.region, m.year_month
ORDER BY m.region, m.year_month;
