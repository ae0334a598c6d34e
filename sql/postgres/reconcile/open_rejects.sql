-- Purpose: what of the given rows is in quarantine: rows rejected or held themselves, and orders of which anything but a payment is.
-- Grain: one row a row, or order, and table. Key: table_name, row_key, order_id.
SELECT DISTINCT
    listed.table_name,
    listed.row_key,
    listed.order_id
FROM stg.rejected_rows AS listed
WHERE
    listed.resolved_at IS NULL
    AND (
        (listed.table_name = :table_name AND listed.row_key = any(cast(:row_keys AS text[])))
        OR (listed.table_name IN ('orders', 'order_items') AND listed.order_id = any(cast(:order_ids AS bigint[])))
    );
