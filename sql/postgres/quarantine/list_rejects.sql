-- Purpose: open rejects for the data steward, the oldest first; a parameter that is NULL does not filter.
-- Grain: one entry a row and rule.
-- Key: rejected_id.
SELECT
    listed.table_name,
    listed.row_key,
    listed.rule,
    listed.order_id,
    listed.first_batch_id,
    listed.batch_id,
    listed.rejected_at,
    listed.last_seen_at,
    CAST(listed.row_data AS text) AS row_text
FROM stg.rejected_rows AS listed
WHERE
    listed.resolved_at IS NULL
    AND (CAST(:table_name AS text) IS NULL OR listed.table_name = CAST(:table_name AS text))
    AND (CAST(:rule AS text) IS NULL OR listed.rule = CAST(:rule AS text))
    AND (CAST(:order_id AS bigint) IS NULL OR listed.order_id = CAST(:order_id AS bigint))
    AND (CAST(:since AS timestamptz) IS NULL OR listed.rejected_at >= CAST(:since AS timestamptz))
ORDER BY listed.rejected_at, listed.rejected_id
LIMIT :size;
