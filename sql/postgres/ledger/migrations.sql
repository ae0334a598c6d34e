-- The migrations that the warehouse has.
-- Grain: one row a migration. Key: name.
SELECT m.name
FROM dwh.schema_migrations AS m
ORDER BY m.name;
