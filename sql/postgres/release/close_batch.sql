-- Records in the ledger that the load is released, with its certificate.
-- Grain: one row a load. Key: batch_id.
-- Binds: batch_id, certificate, counts, extract_id, horizon, snapshot_at, source_version, verdict.
UPDATE dwh.load_batches
SET
    status = 'released',
    finished_at = clock_timestamp(),
    extract_id = :extract_id,
    snapshot_at = :snapshot_at,
    horizon = :horizon,
    source_version = :source_version,
    verdict = :verdict,
    counts = cast(:counts AS jsonb),
    certificate = cast(:certificate AS jsonb)
WHERE batch_id = :batch_id;
