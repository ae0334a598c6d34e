-- Enter a source table that was never loaded.
INSERT INTO dwh.load_watermarks (table_name)
VALUES (:table_name)
ON CONFLICT (table_name) DO NOTHING
