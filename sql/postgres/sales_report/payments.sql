-- The payments of a month by method, of all regions.
-- Grain: one row a method. Key: name.
-- Binds: year_month.
SELECT
    m.method AS name,
    sum(m.amount) AS amount,
    cast(sum(m.payments) AS bigint) AS payments,
    round(sum(m.amount) / sum(m.payments), 2) AS average_payment
FROM dwh.mart_payments AS m
WHERE m.year_month = :year_month
GROUP BY m.method
ORDER BY amount DESC, m.method ASC;
