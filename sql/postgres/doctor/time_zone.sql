-- Whether the server knows a time zone: one row with its name, or none.
SELECT zones.name AS zone_name
FROM pg_timezone_names AS zones
WHERE zones.name = :zone
