-- Moves the watermark of each source table that was read to the safe horizon of the extract; back only for a new source.
-- Grain: one row a source table. Key: table_name.
-- Binds: batch_id, horizon, tables.
INSERT INTO dwh.load_watermarks AS w (table_name, watermark, batch_id)
SELECT
    read_table.table_name,
    :horizon AS watermark,
    :batch_id AS batch_id
FROM unnest(:tables) AS read_table (table_name)
ON CONFLICT (table_name) DO UPDATE
    SET
        watermark = CASE
            WHEN (
                SELECT b.new_source
                FROM dwh.load_batches AS b
                WHERE b.batch_id = :batch_id
            ) THEN excluded.watermark
            ELSE greatest(w.watermark, excluded.watermark)
        END,
        batch_id = excluded.batch_id,
        updated_at = excluded.updated_at;
