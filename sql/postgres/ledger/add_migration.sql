-- Records a migration as applied.
-- Grain: one row a migration. Key: name.
-- Binds: name, version.
INSERT INTO dwh.schema_migrations (name, version)
VALUES (:name, :version)
ON CONFLICT DO NOTHING;
