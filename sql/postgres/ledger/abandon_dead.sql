-- Loads whose process died without ending them. Only the holder of the load lock may say so.
UPDATE dwh.load_batches
SET status = 'abandoned', finished_at = clock_timestamp(), error = 'The process ended without a word; a later load found it.'
WHERE status = 'running'
RETURNING batch_id
