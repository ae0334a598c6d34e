-- Purpose: move the watermark of a source table to the extract's safe horizon, never back.
-- Grain: one row a table. Key: table_name.
INSERT INTO dwh.load_watermarks AS w (table_name, watermark, batch_id)
VALUES (:table_name, :horizon, :batch_id)
ON CONFLICT (table_name) DO UPDATE
    SET
        watermark = greatest(w.watermark, excluded.watermark),
        batch_id = excluded.batch_id,
        updated_at = excluded.updated_at;
