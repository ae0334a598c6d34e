-- The source keys of open rejects, which the next extract reads again. A row that is read with its order has the key of the order.
-- Grain: one row a key. Key: looked_for, source_key.
-- Binds: by_cursor, with_order.
SELECT DISTINCT
    CASE WHEN listed.table_name = any(:with_order) THEN 'orders' ELSE listed.table_name END AS looked_for,
    CASE WHEN listed.table_name = any(:with_order) THEN listed.order_id ELSE cast(listed.row_key AS bigint) END AS source_key
FROM stg.rejected_rows AS listed
WHERE
    listed.resolved_at IS NULL
    AND (listed.table_name = any(:by_cursor) OR (listed.table_name = any(:with_order) AND listed.order_id IS NOT NULL))
ORDER BY looked_for, source_key;
