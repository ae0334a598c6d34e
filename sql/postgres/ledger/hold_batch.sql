-- The state of a batch, which nobody else can change until the transaction ends.
SELECT status
FROM dwh.load_batches
WHERE batch_id = :batch_id
FOR SHARE
