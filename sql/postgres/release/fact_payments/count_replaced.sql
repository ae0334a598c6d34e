-- How many rows of dwh.fact_payments have another day in the source: under their keys are other rows, unless somebody corrected a day.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row.
SELECT count(*) AS replaced
FROM stg.accepted_payments AS s
INNER JOIN dwh.fact_payments AS f ON s.payment_id = f.payment_id
WHERE f.date_key <> cast(to_char(s.paid_at, 'YYYYMMDD') AS integer);
