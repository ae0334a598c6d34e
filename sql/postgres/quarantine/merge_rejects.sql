-- Purpose: merge the rejects of the batch in hand into the durable list; an open one keeps its first batch, and its release when
-- the batch in hand is none.
-- Grain: one entry a row and rule; returns one row of counts.
-- Key: table_name, row_key, rule among the open entries.
WITH merged AS (
    INSERT INTO stg.rejected_rows AS listed (table_name, row_key, rule, order_id, row_data, first_batch_id, batch_id, released_batch_id)
    SELECT
        rejected.table_name,
        rejected.row_key,
        rejected.rule,
        rejected.order_id,
        rejected.row_data,
        :batch_id AS first_batch_id,
        :batch_id AS batch_id,
        CASE WHEN :is_release THEN :batch_id END AS released_batch_id
    FROM stg.batch_rejects AS rejected
    ON CONFLICT (table_name, row_key, rule) WHERE resolved_at IS NULL
    DO UPDATE
        SET
            order_id = excluded.order_id,
            row_data = excluded.row_data,
            batch_id = excluded.batch_id,
            released_batch_id = COALESCE(excluded.released_batch_id, listed.released_batch_id),
            last_seen_at = NOW()
    RETURNING first_batch_id
)

SELECT
    COUNT(*) FILTER (WHERE merged.first_batch_id = :batch_id) AS opened,
    COUNT(*) FILTER (WHERE merged.first_batch_id <> :batch_id) AS seen_again
FROM merged;
