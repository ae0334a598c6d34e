-- The watermark of each source table.
-- Grain: one row a source table. Key: table_name.
SELECT
    table_name,
    watermark
FROM dwh.load_watermarks;
