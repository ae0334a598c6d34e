-- Opens a backfill in the ledger and returns its key.
-- Grain: one row a backfill. Key: backfill_id.
-- Binds: end, requested_by, size, start.
INSERT INTO dwh.backfills (range_start, range_end, window_size, requested_by)
VALUES (:start, :end, :size, :requested_by)
RETURNING backfill_id;
