-- Merges the accepted regions that are new or differ into dwh.dim_region.
-- Grain: one row a region. Key: region_id.
-- Binds: batch_id.
MERGE INTO dwh.dim_region AS d
USING (
    -- A left join without a match: the region is new.
    SELECT
        s.region_id,
        s.name,
        s.country
    FROM stg.accepted_regions AS s
    LEFT JOIN dwh.dim_region AS was ON s.region_id = was.region_id
    WHERE
        (was.name, was.country, was.is_inferred, was.is_deleted)
        IS DISTINCT FROM (s.name, s.country, FALSE, FALSE)
) AS changed
    ON d.region_id = changed.region_id
WHEN MATCHED THEN
    UPDATE SET
        name = changed.name,
        country = changed.country,
        is_inferred = FALSE,
        is_deleted = FALSE,
        batch_id = :batch_id
WHEN NOT MATCHED THEN
    INSERT (region_id, name, country, batch_id)
    VALUES (changed.region_id, changed.name, changed.country, :batch_id);
