-- The receipt of one part, written in the transaction of its COPY.
INSERT INTO stg.staged_parts (extract_id, table_name, part, row_count)
VALUES (:extract_id, :table_name, :part, :row_count)
