-- Purpose: payments of a month by method, of all regions.
-- Grain: one row a method. Key: method. Parameter: year_month.
SELECT
    m.method AS name,
    SUM(m.amount) AS amount,
    CAST(SUM(m.payments) AS bigint) AS payments,
    ROUND(SUM(m.amount) / SUM(m.payments), 2) AS average_payment
FROM dwh.mart_payments AS m
WHERE m.year_month = :year_month
GROUP BY m.method
ORDER BY amount DESC, m.method ASC;
