-- Purpose: the marts, ready answers readable without knowing the keys. Safe to run again.
-- Grain: stated at each view. Distinct orders do not add up across categories or products: never sum them there.
-- Key: none; views read dim and fact tables as of the last release.

-- Grain: one row a day, region of the sale and category of the product.
CREATE OR REPLACE VIEW dwh.mart_sales_dynamics AS
SELECT
    d.full_date AS sale_date,
    d.year,
    d.year_month,
    r.name AS region,
    r.country,
    c.path AS category,
    sum(f.revenue) AS revenue,
    sum(f.quantity) AS quantity,
    sum(f.cost) AS cost,
    sum(f.margin) AS margin,
    sum(f.discount_amount) AS discount_amount,
    count(DISTINCT f.order_id) AS orders,
    count(*) AS lines,
    count(*) FILTER (WHERE f.cost IS NULL) AS lines_without_cost
FROM dwh.fact_sales AS f
INNER JOIN dwh.dim_date AS d ON f.date_key = d.date_key
INNER JOIN dwh.dim_region AS r ON f.region_key = r.region_key
INNER JOIN dwh.dim_product AS p ON f.product_key = p.product_key
INNER JOIN dwh.dim_category AS c ON p.category_key = c.category_key
GROUP BY d.date_key, r.region_key, c.category_key;

COMMENT ON VIEW dwh.mart_sales_dynamics IS 'Sales a day, region and category; orders do not add up across categories';
COMMENT ON COLUMN dwh.mart_sales_dynamics.sale_date IS 'Day the orders were placed, business time';
COMMENT ON COLUMN dwh.mart_sales_dynamics.year IS 'Year of the day';
COMMENT ON COLUMN dwh.mart_sales_dynamics.year_month IS 'Month of the day, such as 2026-11';
COMMENT ON COLUMN dwh.mart_sales_dynamics.region IS 'Region of the sale';
COMMENT ON COLUMN dwh.mart_sales_dynamics.country IS 'Country of the region';
COMMENT ON COLUMN dwh.mart_sales_dynamics.category IS 'Category of the products, from the top down';
COMMENT ON COLUMN dwh.mart_sales_dynamics.revenue IS 'Revenue after discount, UAH';
COMMENT ON COLUMN dwh.mart_sales_dynamics.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.mart_sales_dynamics.cost IS 'Cost of the lines whose cost is known, UAH';
COMMENT ON COLUMN dwh.mart_sales_dynamics.margin IS 'Margin of the lines whose cost is known, UAH';
COMMENT ON COLUMN dwh.mart_sales_dynamics.discount_amount IS 'Discount given, UAH';
COMMENT ON COLUMN dwh.mart_sales_dynamics.orders IS 'Distinct orders; never sum them across categories';
COMMENT ON COLUMN dwh.mart_sales_dynamics.lines IS 'Order lines';
COMMENT ON COLUMN dwh.mart_sales_dynamics.lines_without_cost IS 'Order lines whose product, and so cost, is not known yet';

-- Grain: one row a month and employee; orders placed online are the employee "(online)".
CREATE OR REPLACE VIEW dwh.mart_employee_performance AS
SELECT
    d.year_month,
    e.full_name AS employee,
    e.position,
    r.name AS region,
    sum(f.revenue) AS revenue,
    sum(f.margin) AS margin,
    sum(f.quantity) AS quantity,
    count(DISTINCT f.order_id) AS orders,
    count(*) AS lines,
    round(sum(f.revenue) / count(DISTINCT f.order_id), 2) AS average_check
FROM dwh.fact_sales AS f
INNER JOIN dwh.dim_date AS d ON f.date_key = d.date_key
INNER JOIN dwh.dim_employee AS e ON f.employee_key = e.employee_key
INNER JOIN dwh.dim_region AS r ON e.region_key = r.region_key
GROUP BY d.year_month, e.employee_key, r.region_key;

COMMENT ON VIEW dwh.mart_employee_performance IS 'Sales a month and employee';
COMMENT ON COLUMN dwh.mart_employee_performance.year_month IS 'Month the orders were placed, such as 2026-11';
COMMENT ON COLUMN dwh.mart_employee_performance.employee IS 'Who sold; "(online)" for orders placed online';
COMMENT ON COLUMN dwh.mart_employee_performance.position IS 'Position held now';
COMMENT ON COLUMN dwh.mart_employee_performance.region IS 'Region of work now';
COMMENT ON COLUMN dwh.mart_employee_performance.revenue IS 'Revenue after discount, UAH';
COMMENT ON COLUMN dwh.mart_employee_performance.margin IS 'Margin of the lines whose cost is known, UAH';
COMMENT ON COLUMN dwh.mart_employee_performance.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.mart_employee_performance.orders IS 'Distinct orders';
COMMENT ON COLUMN dwh.mart_employee_performance.lines IS 'Order lines';
COMMENT ON COLUMN dwh.mart_employee_performance.average_check IS 'Revenue / distinct orders, UAH, rounded to cents';

-- Grain: one row a product, those never sold included; equal values share a rank.
CREATE OR REPLACE VIEW dwh.mart_product_ranking AS
WITH sold AS (
    SELECT
        f.product_key,
        sum(f.revenue) AS revenue,
        sum(f.quantity) AS quantity,
        sum(f.margin) AS margin,
        count(DISTINCT f.order_id) AS orders
    FROM dwh.fact_sales AS f
    GROUP BY f.product_key
),

-- A left join without a match: the product was never sold.
measured AS (
    SELECT
        p.sku,
        p.name AS product,
        c.path AS category,
        p.is_active,
        p.is_deleted,
        coalesce(s.revenue, 0) AS revenue,
        coalesce(s.quantity, 0) AS quantity,
        coalesce(s.orders, 0) AS orders,
        CASE WHEN s.product_key IS NULL THEN 0 ELSE s.margin END AS margin
    FROM dwh.dim_product AS p
    INNER JOIN dwh.dim_category AS c ON p.category_key = c.category_key
    LEFT JOIN sold AS s ON p.product_key = s.product_key
    WHERE p.product_key <> 0
)

SELECT
    m.sku,
    m.product,
    m.category,
    m.is_active,
    m.is_deleted,
    m.revenue,
    m.quantity,
    m.margin,
    m.orders,
    rank() OVER (ORDER BY m.revenue DESC) AS rank_by_revenue,
    rank() OVER (ORDER BY m.revenue) AS rank_by_revenue_from_bottom,
    rank() OVER (ORDER BY m.quantity DESC) AS rank_by_quantity,
    rank() OVER (ORDER BY m.quantity) AS rank_by_quantity_from_bottom
FROM measured AS m;

COMMENT ON VIEW dwh.mart_product_ranking IS 'Products by revenue and quantity over all time, from the top and from the bottom';
COMMENT ON COLUMN dwh.mart_product_ranking.sku IS 'Stock-keeping unit';
COMMENT ON COLUMN dwh.mart_product_ranking.product IS 'Name of the product';
COMMENT ON COLUMN dwh.mart_product_ranking.category IS 'Category of the product, from the top down';
COMMENT ON COLUMN dwh.mart_product_ranking.is_active IS 'True while on sale';
COMMENT ON COLUMN dwh.mart_product_ranking.is_deleted IS 'True when the source no longer has the product';
COMMENT ON COLUMN dwh.mart_product_ranking.revenue IS 'Revenue after discount, UAH; 0 when never sold';
COMMENT ON COLUMN dwh.mart_product_ranking.quantity IS 'Pieces sold; 0 when never sold';
COMMENT ON COLUMN dwh.mart_product_ranking.margin IS 'Margin, UAH; 0 when never sold, NULL while the cost is not known';
COMMENT ON COLUMN dwh.mart_product_ranking.orders IS 'Distinct orders; never sum them across products';
COMMENT ON COLUMN dwh.mart_product_ranking.rank_by_revenue IS 'Rank by revenue, 1 is the highest';
COMMENT ON COLUMN dwh.mart_product_ranking.rank_by_revenue_from_bottom IS 'Rank by revenue, 1 is the lowest';
COMMENT ON COLUMN dwh.mart_product_ranking.rank_by_quantity IS 'Rank by pieces sold, 1 is the highest';
COMMENT ON COLUMN dwh.mart_product_ranking.rank_by_quantity_from_bottom IS 'Rank by pieces sold, 1 is the lowest';

-- Grain: one row a month and region of the sale.
CREATE OR REPLACE VIEW dwh.mart_average_check AS
SELECT
    d.year_month,
    r.name AS region,
    r.country,
    sum(f.revenue) AS revenue,
    count(DISTINCT f.order_id) AS orders,
    round(sum(f.revenue) / count(DISTINCT f.order_id), 2) AS average_check
FROM dwh.fact_sales AS f
INNER JOIN dwh.dim_date AS d ON f.date_key = d.date_key
INNER JOIN dwh.dim_region AS r ON f.region_key = r.region_key
GROUP BY d.year_month, r.region_key;

COMMENT ON VIEW dwh.mart_average_check IS 'Average check a month and region';
COMMENT ON COLUMN dwh.mart_average_check.year_month IS 'Month the orders were placed, such as 2026-11';
COMMENT ON COLUMN dwh.mart_average_check.region IS 'Region of the sale';
COMMENT ON COLUMN dwh.mart_average_check.country IS 'Country of the region';
COMMENT ON COLUMN dwh.mart_average_check.revenue IS 'Revenue after discount, UAH';
COMMENT ON COLUMN dwh.mart_average_check.orders IS 'Distinct orders';
COMMENT ON COLUMN dwh.mart_average_check.average_check IS 'Revenue / distinct orders, UAH, rounded to cents';
