-- How many accepted rows of each table that feeds a dimension this load merged, and how many are unchanged.
-- Rendered from techmarket/model/star.py by `make render`; do not edit.
-- Grain: one row a source table. Key: table_name.
-- Binds: batch_id.
SELECT
    'regions' AS table_name,
    count(*) FILTER (WHERE d.batch_id = :batch_id) AS merged,
    count(*) FILTER (WHERE d.batch_id <> :batch_id) AS unchanged,
    0 AS excluded
FROM stg.accepted_regions AS s
INNER JOIN dwh.dim_region AS d ON s.region_id = d.region_id
WHERE NOT d.is_inferred AND NOT d.is_deleted
UNION ALL
SELECT
    'customers' AS table_name,
    count(*) FILTER (WHERE d.batch_id = :batch_id) AS merged,
    count(*) FILTER (WHERE d.batch_id <> :batch_id) AS unchanged,
    0 AS excluded
FROM stg.accepted_customers AS s
INNER JOIN dwh.dim_customer AS d ON s.customer_id = d.customer_id
WHERE NOT d.is_inferred AND NOT d.is_deleted
UNION ALL
SELECT
    'employees' AS table_name,
    count(*) FILTER (WHERE d.batch_id = :batch_id) AS merged,
    count(*) FILTER (WHERE d.batch_id <> :batch_id) AS unchanged,
    0 AS excluded
FROM stg.accepted_employees AS s
INNER JOIN dwh.dim_employee AS d ON s.employee_id = d.employee_id
WHERE NOT d.is_inferred AND NOT d.is_deleted
UNION ALL
SELECT
    'categories' AS table_name,
    count(*) FILTER (WHERE d.batch_id = :batch_id) AS merged,
    count(*) FILTER (WHERE d.batch_id <> :batch_id) AS unchanged,
    0 AS excluded
FROM stg.accepted_categories AS s
INNER JOIN dwh.dim_category AS d ON s.category_id = d.category_id
WHERE NOT d.is_inferred AND NOT d.is_deleted
UNION ALL
SELECT
    'products' AS table_name,
    count(*) FILTER (WHERE d.batch_id = :batch_id) AS merged,
    count(*) FILTER (WHERE d.batch_id <> :batch_id) AS unchanged,
    0 AS excluded
FROM stg.accepted_products AS s
INNER JOIN dwh.dim_product AS d ON s.product_id = d.product_id
WHERE NOT d.is_inferred AND NOT d.is_deleted;
