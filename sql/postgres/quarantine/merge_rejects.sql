-- Merges the rejects of this batch into the quarantine and returns how many are new and how many were open already.
-- An open entry keeps its first batch. It keeps its release too, unless this batch is released.
-- Grain: one row an open entry. Key: table_name, row_key, rule.
-- Binds: batch_id, is_release.
-- Needs: stg.batch_rejects from quarantine/hold_orders.sql.
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
            released_batch_id = coalesce(excluded.released_batch_id, listed.released_batch_id),
            last_seen_at = now()
    RETURNING first_batch_id
)

SELECT
    count(*) FILTER (WHERE merged.first_batch_id = :batch_id) AS opened,
    count(*) FILTER (WHERE merged.first_batch_id <> :batch_id) AS seen_again
FROM merged;
