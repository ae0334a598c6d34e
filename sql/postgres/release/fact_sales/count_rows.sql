-- The number of rows of dwh.fact_sales, counted up to a limit; NULL is no limit.
-- It does not matter which rows are counted, so they need no order.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row.
-- Binds: enough.
SELECT count(*) AS row_count
FROM (SELECT FROM dwh.fact_sales LIMIT cast(:enough AS bigint)) AS f; -- noqa: AM09
