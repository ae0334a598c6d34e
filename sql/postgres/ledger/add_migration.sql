-- Purpose: enter a migration as one that the warehouse has: applied now, or part of the schema it was made with.
-- Grain: one row a migration. Key: name.
INSERT INTO dwh.schema_migrations (name, version)
VALUES (:name, :version)
ON CONFLICT DO NOTHING;
