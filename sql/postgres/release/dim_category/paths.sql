-- Sets the parent's name, the path from the top and the depth of every category where they differ.
-- The recursion starts at the top, so a cycle cannot trap it. It never reaches a category in a cycle, which gets a place at the top.
-- Grain: one row a category. Key: category_key.
-- Binds: batch_id.
WITH RECURSIVE tree AS (
    -- A left join without a match: the category has no parent.
    SELECT
        c.category_id,
        c.name,
        cast(NULL AS text) AS parent_name,
        c.name AS path,
        1 AS level
    FROM dwh.dim_category AS c
    LEFT JOIN dwh.dim_category AS parent ON c.parent_category_id = parent.category_id
    WHERE parent.category_key IS NULL
    UNION ALL
    SELECT
        c.category_id,
        c.name,
        tree.name AS parent_name,
        tree.path || ' / ' || c.name AS path,
        tree.level + 1 AS level
    FROM tree
    INNER JOIN dwh.dim_category AS c ON tree.category_id = c.parent_category_id
),

-- A left join without a match: the category is in a cycle or below one.
placed AS (
    SELECT
        c.category_key,
        tree.parent_name,
        coalesce(tree.path, c.name) AS path,
        coalesce(tree.level, 1) AS level
    FROM dwh.dim_category AS c
    LEFT JOIN tree ON c.category_id = tree.category_id
    WHERE c.category_key <> 0
)

UPDATE dwh.dim_category AS d
SET
    parent_name = placed.parent_name,
    path = placed.path,
    level = placed.level,
    batch_id = :batch_id
FROM placed
WHERE
    d.category_key = placed.category_key
    AND (d.parent_name, d.path, d.level) IS DISTINCT FROM (placed.parent_name, placed.path, placed.level);
