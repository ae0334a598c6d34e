-- The sales of all regions by day, from the first to the last day with a sale. Orders can be summed across regions.
-- Grain: one row a day. Key: sale_date.
SELECT
    m.sale_date,
    sum(m.revenue) AS revenue,
    sum(m.margin) AS margin,
    cast(sum(m.quantity) AS bigint) AS quantity,
    cast(sum(m.orders) AS bigint) AS orders
FROM dwh.mart_sales_by_region AS m
GROUP BY m.sale_date
ORDER BY m.sale_date;
