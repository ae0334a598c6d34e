-- What a load remembers of the source, and which loads accepted another one.
ALTER TABLE dwh.load_batches ADD COLUMN IF NOT EXISTS new_source boolean NOT NULL DEFAULT FALSE;
