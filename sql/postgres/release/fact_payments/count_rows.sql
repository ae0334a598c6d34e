-- Purpose: how many rows dwh.fact_payments has, counted no further than needed; a limit of NULL counts them all.
-- Which rows are counted makes no difference, so they need no order.
-- Grain: one row.
SELECT count(*) AS row_count
FROM (SELECT FROM dwh.fact_payments LIMIT cast(:enough AS bigint)) AS f; -- noqa: AM09
