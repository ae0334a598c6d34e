-- Opens a load in the ledger and returns its key.
-- Grain: one row a load. Key: batch_id.
-- Binds: mode, new_source, requested_by.
INSERT INTO dwh.load_batches (mode, status, requested_by, new_source)
VALUES (:mode, 'running', :requested_by, :new_source)
RETURNING batch_id;
