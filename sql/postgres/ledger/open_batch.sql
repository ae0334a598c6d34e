-- A new load in the ledger; returns its key.
INSERT INTO dwh.load_batches (mode, status, requested_by)
VALUES (:mode, 'running', :requested_by)
RETURNING batch_id
