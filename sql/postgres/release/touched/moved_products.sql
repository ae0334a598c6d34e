-- Purpose: note, before the dimensions change, the cells of every line whose product is about to change its category.
-- Grain: one row a day and region. Key: date_key, region_key.
-- A left join without a match: the product has no category, or one that is new.
INSERT INTO stg.touched_sales (date_key, region_key)
SELECT DISTINCT
    f.date_key,
    f.region_key
FROM stg.accepted_products AS s
INNER JOIN dwh.dim_product AS d ON s.product_id = d.product_id
LEFT JOIN dwh.dim_category AS c ON s.category_id = c.category_id
INNER JOIN dwh.fact_sales AS f ON d.product_key = f.product_key
WHERE d.category_key <> coalesce(c.category_key, 0) OR (s.category_id IS NOT NULL AND c.category_key IS NULL)
ON CONFLICT DO NOTHING;
