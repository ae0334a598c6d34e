-- The given time zone, if the server knows it.
-- Grain: one row, or none. Key: zone_name.
-- Binds: zone.
SELECT zones.name AS zone_name
FROM pg_timezone_names AS zones
WHERE zones.name = :zone;
