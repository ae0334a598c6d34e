-- Adds a source table to the watermarks before its first load.
-- Grain: one row a source table. Key: table_name.
-- Binds: table_name.
INSERT INTO dwh.load_watermarks (table_name)
VALUES (:table_name)
ON CONFLICT (table_name) DO NOTHING;
