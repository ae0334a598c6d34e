-- The payments of dwh.fact_payments in a range of keys, with source keys instead of surrogate keys.
-- Left joins without a match: the fact names a member that does not exist; the source never has that, so the rows differ.
-- Grain: one row a payment. Key: row_key.
-- Binds: high, low.
SELECT
    f.payment_id AS row_key,
    concat_ws(
        '|',
        f.payment_id,
        f.order_id,
        coalesce(cast(c.customer_id AS text), ''),
        coalesce(cast(r.region_id AS text), ''),
        f.date_key,
        f.amount,
        f.method
    ) AS row_text
FROM dwh.fact_payments AS f
LEFT JOIN dwh.dim_customer AS c ON f.customer_key = c.customer_key
LEFT JOIN dwh.dim_region AS r ON f.region_key = r.region_key
WHERE f.payment_id BETWEEN cast(:low AS bigint) AND cast(:high AS bigint);
