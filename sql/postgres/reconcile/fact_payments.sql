-- The rows of dwh.fact_payments in a range of keys with source keys instead of surrogate keys.
-- Left joins without a match: the row names a member that does not exist; the source never has that, so the rows differ.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row of dwh.fact_payments. Key: row_key.
-- Binds: high, low.
SELECT
    fact_payments.payment_id AS row_key,
    concat_ws(
        '|',
        fact_payments.payment_id,
        fact_payments.order_id,
        coalesce(cast(dim_customer.customer_id AS text), ''),
        coalesce(cast(dim_region.region_id AS text), ''),
        fact_payments.date_key,
        fact_payments.amount,
        fact_payments.method
    ) AS row_text
FROM dwh.fact_payments
LEFT JOIN dwh.dim_customer ON fact_payments.customer_key = dim_customer.customer_key
LEFT JOIN dwh.dim_region ON fact_payments.region_key = dim_region.region_key
WHERE fact_payments.payment_id BETWEEN cast(:low AS bigint) AND cast(:high AS bigint);
