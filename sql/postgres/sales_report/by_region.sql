-- The sales of a period by region, with those of the same days a year before.
-- The latter are NULL if a part of those days is before the first day of sales: half of them would look like growth.
-- Grain: one row a region. Key: name.
-- Binds: first_day, last_day.
SELECT
    m.region AS name,
    sum(m.revenue) AS revenue,
    CASE WHEN count(*) = count(m.revenue_year_ago) THEN sum(m.revenue_year_ago) END AS revenue_year_ago,
    cast(sum(m.orders) AS bigint) AS orders,
    round(sum(m.revenue) / nullif(sum(m.orders), 0), 2) AS average_check,
    sum(m.margin) AS margin
FROM dwh.mart_sales_by_region AS m
WHERE m.sale_date BETWEEN :first_day AND :last_day
GROUP BY m.region
ORDER BY revenue DESC, name ASC;
