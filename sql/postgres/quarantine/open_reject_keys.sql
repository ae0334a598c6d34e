-- Purpose: the source keys that have open rejects, so that the next extract reads them again.
-- Grain: one row.
-- Key: none.
SELECT
    ARRAY(
        SELECT DISTINCT listed.order_id
        FROM stg.rejected_rows AS listed
        WHERE listed.resolved_at IS NULL AND listed.order_id IS NOT NULL
        ORDER BY listed.order_id
    ) AS order_ids,
    ARRAY(
        SELECT DISTINCT listed.row_key::bigint AS customer_id
        FROM stg.rejected_rows AS listed
        WHERE listed.resolved_at IS NULL AND listed.table_name = 'customers'
        ORDER BY customer_id
    ) AS customer_ids;
