-- The extract that staging was emptied for, in the transaction that empties it.
INSERT INTO stg.staged_extract (extract_id)
VALUES (:extract_id)
