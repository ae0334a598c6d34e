-- Opens a load in the ledger and returns its key.
-- Grain: one row a load. Key: batch_id.
-- Binds: mode, requested_by.
INSERT INTO dwh.load_batches (mode, status, requested_by)
VALUES (:mode, 'running', :requested_by)
RETURNING batch_id;
