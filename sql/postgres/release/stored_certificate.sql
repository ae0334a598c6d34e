-- The certificate of a release that is committed, for a client that lost its connection before the answer came.
-- Grain: one row, or none if the batch is not released or has another extract. Key: batch_id.
-- Binds: batch_id, extract_id.
SELECT b.certificate
FROM dwh.load_batches AS b
WHERE b.batch_id = :batch_id AND b.status = 'released' AND b.extract_id = :extract_id;
