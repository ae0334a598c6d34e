-- The newest source snapshot among released loads in the given modes; NULL before the first of them.
-- Loads before a new source was accepted do not count.
-- Grain: one row.
-- Binds: modes.
SELECT max(b.snapshot_at) AS snapshot_at
FROM dwh.load_batches AS b
WHERE
    b.status = 'released'
    AND b.mode = any(:modes)
    AND b.batch_id >= (
        SELECT coalesce(max(n.batch_id), 0)
        FROM dwh.load_batches AS n
        WHERE n.new_source AND n.status IN ('running', 'released')
    );
