-- Purpose: a new backfill in the ledger; returns its key.
-- Grain: one row. Key: backfill_id.
INSERT INTO dwh.backfills (range_start, range_end, window_size, requested_by)
VALUES (:start, :end, :size, :requested_by)
RETURNING backfill_id;
