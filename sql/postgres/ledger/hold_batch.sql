-- Reads the status of a batch, and locks it against changes until the transaction ends.
-- Grain: one row, or none.
-- Binds: batch_id.
SELECT status
FROM dwh.load_batches
WHERE batch_id = :batch_id
FOR SHARE;
