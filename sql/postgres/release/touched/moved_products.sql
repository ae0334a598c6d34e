-- Copies the lines of every product whose category is about to change, with its old category.
-- It runs before the dimensions change.
-- Grain: one row an order line. Key: none.
CREATE TEMPORARY TABLE moved_lines ON COMMIT DROP AS
-- A left join without a match: the product has no category, or a new one.
SELECT
    f.date_key,
    f.region_key,
    d.product_key,
    d.category_key
FROM stg.accepted_products AS s
INNER JOIN dwh.dim_product AS d ON s.product_id = d.product_id
LEFT JOIN dwh.dim_category AS c ON s.category_id = c.category_id
INNER JOIN dwh.fact_sales AS f ON d.product_key = f.product_key
WHERE d.category_key <> coalesce(c.category_key, 0) OR (s.category_id IS NOT NULL AND c.category_key IS NULL);
