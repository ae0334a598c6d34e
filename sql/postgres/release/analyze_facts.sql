-- Purpose: fresh statistics of the facts after a full load, for the certificate's joins and for the analysts' queries.
-- Grain: none.
ANALYZE dwh.fact_sales, dwh.fact_payments;
