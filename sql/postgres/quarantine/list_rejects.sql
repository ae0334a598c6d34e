-- The open entries of the quarantine, oldest first. A parameter that is NULL does not filter.
-- Grain: one row an entry. Key: table_name, row_key, rule.
-- Binds: order_id, rule, since, size, table_name.
SELECT
    listed.table_name,
    listed.row_key,
    listed.rule,
    listed.order_id,
    listed.first_batch_id,
    listed.batch_id,
    listed.rejected_at,
    listed.last_seen_at,
    cast(listed.row_data AS text) AS row_text
FROM stg.rejected_rows AS listed
WHERE
    listed.resolved_at IS NULL
    AND (cast(:table_name AS text) IS NULL OR listed.table_name = cast(:table_name AS text))
    AND (cast(:rule AS text) IS NULL OR listed.rule = cast(:rule AS text))
    AND (cast(:order_id AS bigint) IS NULL OR listed.order_id = cast(:order_id AS bigint))
    AND (cast(:since AS timestamptz) IS NULL OR listed.rejected_at >= cast(:since AS timestamptz))
ORDER BY listed.rejected_at, listed.rejected_id
LIMIT :size;
