-- Purpose: the certificate of a release that was committed before, whose answer a lost connection swallowed.
-- Grain: one row, or none: the batch is not released, or with another extract. Key: batch_id.
SELECT b.certificate
FROM dwh.load_batches AS b
WHERE b.batch_id = :batch_id AND b.status = 'released' AND b.extract_id = :extract_id;
