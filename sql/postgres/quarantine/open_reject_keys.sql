-- Purpose: the source keys that have open rejects, so that the next extract reads them again.
-- Grain: one row a key to look for: an order for rows read with their order, else the row itself.
-- Key: looked_for, source_key.
SELECT DISTINCT
    CASE WHEN listed.table_name = any(:with_order) THEN 'orders' ELSE listed.table_name END AS looked_for,
    CASE WHEN listed.table_name = any(:with_order) THEN listed.order_id ELSE listed.row_key::bigint END AS source_key
FROM stg.rejected_rows AS listed
WHERE
    listed.resolved_at IS NULL
    AND (listed.table_name = any(:by_cursor) OR (listed.table_name = any(:with_order) AND listed.order_id IS NOT NULL))
ORDER BY looked_for, source_key;
