-- Marks loads as abandoned whose process ended without closing them. Only the holder of the load lock may run this.
-- Grain: one row a load. Key: batch_id.
UPDATE dwh.load_batches
SET status = 'abandoned', finished_at = clock_timestamp(), error = 'The process ended without a word; a later load found it.'
WHERE status = 'running'
RETURNING batch_id;
