-- Which of the given rows and orders are in quarantine. An order is if a row is that holds it: its header or a line, not a payment.
-- Grain: one row a rejected or held row. Key: table_name, row_key.
-- Binds: holding, order_ids, row_keys, table_name.
SELECT DISTINCT
    listed.table_name,
    listed.row_key,
    listed.order_id
FROM stg.rejected_rows AS listed
WHERE
    listed.resolved_at IS NULL
    AND (
        (listed.table_name = :table_name AND listed.row_key = any(cast(:row_keys AS text[])))
        OR (listed.table_name = any(cast(:holding AS text[])) AND listed.order_id = any(cast(:order_ids AS bigint[])))
    );
