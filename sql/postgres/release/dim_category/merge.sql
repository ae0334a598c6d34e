-- Merges the accepted categories that are new or differ into dwh.dim_category; paths.sql sets their place in the tree.
-- Grain: one row a category. Key: category_id.
-- Binds: batch_id.
MERGE INTO dwh.dim_category AS d
USING (
    -- A left join without a match: the category is new.
    SELECT
        s.category_id,
        s.name,
        s.parent_category_id
    FROM stg.accepted_categories AS s
    LEFT JOIN dwh.dim_category AS was ON s.category_id = was.category_id
    WHERE
        (was.name, was.parent_category_id, was.is_inferred, was.is_deleted)
        IS DISTINCT FROM (s.name, s.parent_category_id, FALSE, FALSE)
) AS changed
    ON d.category_id = changed.category_id
WHEN MATCHED THEN
    UPDATE SET
        name = changed.name,
        parent_category_id = changed.parent_category_id,
        is_inferred = FALSE,
        is_deleted = FALSE,
        batch_id = :batch_id
WHEN NOT MATCHED THEN
    INSERT (category_id, name, parent_category_id, path, level, batch_id)
    VALUES (changed.category_id, changed.name, changed.parent_category_id, changed.name, 1, :batch_id);
