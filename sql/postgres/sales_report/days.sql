-- Purpose: sales of all regions by day, from the first to the last day with a sale; orders add up over regions.
-- Grain: one row a day. Key: sale_date.
SELECT
    m.sale_date,
    SUM(m.revenue) AS revenue,
    SUM(m.margin) AS margin,
    CAST(SUM(m.quantity) AS bigint) AS quantity,
    CAST(SUM(m.orders) AS bigint) AS orders
FROM dwh.mart_sales_by_region AS m
GROUP BY m.sale_date
ORDER BY m.sale_date;
