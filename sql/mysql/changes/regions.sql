-- All regions.
-- Grain: one row a region. Key: region_id.
SELECT region_id
FROM regions
ORDER BY region_id;
