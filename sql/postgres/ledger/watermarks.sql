-- How far each source table was read; one row a table; key table_name.
SELECT
    table_name,
    watermark
FROM dwh.load_watermarks
