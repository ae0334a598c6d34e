-- Records in the ledger what the gate found and which severities the run overrode; returns the mode of the load.
-- Grain: one row a load. Key: batch_id.
-- Binds: batch_id, gate, severity_overrides.
UPDATE dwh.load_batches
SET
    gate = cast(:gate AS jsonb),
    severity_overrides = cast(:severity_overrides AS jsonb)
WHERE batch_id = :batch_id
RETURNING mode;
