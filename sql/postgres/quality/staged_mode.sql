-- The mode of the load whose rows are staged: the newest load; no row if staging is empty.
-- Grain: one row, or none.
-- Needs: stg.staged_parts from staging/write_receipt.sql.
SELECT mode
FROM dwh.load_batches
WHERE EXISTS (SELECT FROM stg.staged_parts)
ORDER BY batch_id DESC
LIMIT 1;
