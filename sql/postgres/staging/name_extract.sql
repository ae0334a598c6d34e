-- Names the extract that staging was emptied for, in the same transaction.
-- Grain: one row. Key: extract_id.
-- Binds: extract_id.
INSERT INTO stg.staged_extract (extract_id)
VALUES (:extract_id);
