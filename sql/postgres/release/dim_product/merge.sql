-- Merges the accepted products that are new or differ into dwh.dim_product.
-- Grain: one row a product. Key: product_id.
-- Binds: batch_id.
MERGE INTO dwh.dim_product AS d
USING (
    -- A left join without a match: the product is new; the product has no category.
    SELECT
        s.product_id,
        s.sku,
        s.name,
        coalesce(c.category_key, 0) AS category_key,
        s.unit_cost,
        s.list_price,
        s.is_active <> 0 AS is_active
    FROM stg.accepted_products AS s
    LEFT JOIN dwh.dim_category AS c ON s.category_id = c.category_id
    LEFT JOIN dwh.dim_product AS was ON s.product_id = was.product_id
    WHERE
        (was.sku, was.name, was.category_key, was.unit_cost, was.list_price, was.is_active, was.is_inferred, was.is_deleted)
        IS DISTINCT FROM (s.sku, s.name, coalesce(c.category_key, 0), s.unit_cost, s.list_price, s.is_active <> 0, FALSE, FALSE)
) AS changed
    ON d.product_id = changed.product_id
WHEN MATCHED THEN
    UPDATE SET
        sku = changed.sku,
        name = changed.name,
        category_key = changed.category_key,
        unit_cost = changed.unit_cost,
        list_price = changed.list_price,
        is_active = changed.is_active,
        is_inferred = FALSE,
        is_deleted = FALSE,
        batch_id = :batch_id
WHEN NOT MATCHED THEN
    INSERT (product_id, sku, name, category_key, unit_cost, list_price, is_active, batch_id)
    VALUES (
        changed.product_id, changed.sku, changed.name, changed.category_key, changed.unit_cost, changed.list_price, changed.is_active,
        :batch_id
    );
