-- Remembers the state of the source that the load has read.
-- Grain: one row.
-- Binds: batch_id, state.
INSERT INTO dwh.source_state AS s (only_row, batch_id, state)
VALUES (TRUE, :batch_id, cast(:state AS jsonb))
ON CONFLICT (only_row) DO UPDATE
    SET batch_id = excluded.batch_id, state = excluded.state;
