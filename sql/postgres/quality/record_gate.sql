-- Purpose: enter in the ledger what the gate found, and which severities the run asked for.
-- Grain: one row a load; returns its mode. Key: batch_id.
UPDATE dwh.load_batches
SET
    gate = CAST(:gate AS jsonb),
    severity_overrides = CAST(:severity_overrides AS jsonb)
WHERE batch_id = :batch_id
RETURNING mode;
