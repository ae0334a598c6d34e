-- Purpose: the mode of what staging holds, which is that of the newest load; no row where staging is empty.
-- Grain: at most one row.
SELECT mode
FROM dwh.load_batches
WHERE EXISTS (SELECT FROM stg.staged_parts)
ORDER BY batch_id DESC
LIMIT 1;
