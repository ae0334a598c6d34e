-- Creates the views of the rows to release, and the marts that analysts read without knowing the keys. Safe to repeat.
-- The marts read the dimensions and the aggregates as of the last release.
-- Grain: stated at each view.

-- Grain: one row an accepted line of an accepted order whose date and members dwh has. Key: order_item_id.
-- A left join without a match: the order was placed online, the employee "(online)".
CREATE OR REPLACE VIEW stg.sales_to_release AS
SELECT
    i.order_item_id,
    o.order_id,
    d.date_key,
    p.product_key,
    c.customer_key,
    coalesce(e.employee_key, 0) AS employee_key,
    r.region_key,
    o.status AS order_status,
    i.quantity,
    p.unit_cost,
    round(i.quantity * i.unit_price * (1 - i.discount), 2) AS revenue,
    round(i.quantity * i.unit_price * i.discount, 2) AS discount_amount
FROM stg.accepted_order_items AS i
INNER JOIN stg.accepted_orders AS o ON i.order_id = o.order_id
INNER JOIN dwh.dim_date AS d ON cast(o.order_date AS date) = d.full_date
INNER JOIN dwh.dim_product AS p ON i.product_id = p.product_id
INNER JOIN dwh.dim_customer AS c ON o.customer_id = c.customer_id
INNER JOIN dwh.dim_region AS r ON o.region_id = r.region_id
LEFT JOIN dwh.dim_employee AS e ON o.employee_id = e.employee_id;
COMMENT ON VIEW stg.sales_to_release IS 'Accepted order lines as dwh.fact_sales takes them, of all orders; at today''s cost';

-- Grain: one row an accepted payment of an accepted order. Key: payment_id.
CREATE OR REPLACE VIEW stg.payments_to_release AS
SELECT
    p.payment_id,
    p.order_id,
    d.date_key,
    c.customer_key,
    r.region_key,
    p.method,
    p.amount
FROM stg.accepted_payments AS p
INNER JOIN stg.accepted_orders AS o ON p.order_id = o.order_id
INNER JOIN dwh.dim_date AS d ON cast(p.paid_at AS date) = d.full_date
INNER JOIN dwh.dim_customer AS c ON o.customer_id = c.customer_id
INNER JOIN dwh.dim_region AS r ON o.region_id = r.region_id;
COMMENT ON VIEW stg.payments_to_release IS 'Accepted payments as dwh.fact_payments takes them';

-- The marts. Distinct orders do not add up across categories or products: never sum them there. docs/kpi.md says what each figure means
-- and what it must not be summed over.
-- Every row of an aggregate has its members. Dimensions are left-joined all the same where nothing is grouped by them: a query without
-- the columns of a dimension then does not read it.

-- Grain: one row a day, region of the sale and category of the product.
CREATE OR REPLACE VIEW dwh.mart_sales_dynamics AS
SELECT
    d.full_date AS sale_date,
    d.year,
    d.year_month,
    r.name AS region,
    r.country,
    c.path AS category,
    a.revenue,
    a.quantity,
    a.cost,
    a.margin,
    a.discount_amount,
    cast(a.orders AS bigint) AS orders,
    cast(a.lines AS bigint) AS lines,
    cast(a.lines_without_cost AS bigint) AS lines_without_cost
FROM dwh.agg_sales_daily AS a
LEFT JOIN dwh.dim_date AS d ON a.date_key = d.date_key
LEFT JOIN dwh.dim_region AS r ON a.region_key = r.region_key
LEFT JOIN dwh.dim_category AS c ON a.category_key = c.category_key;

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

-- Grain: one row a day and region of the sale, every day from the first to the last with a sale, every region that ever sold.
CREATE OR REPLACE VIEW dwh.mart_sales_by_region AS
WITH sold AS (
    SELECT
        a.date_key,
        a.region_key,
        sum(a.revenue) AS revenue,
        cast(sum(a.quantity) AS bigint) AS quantity,
        sum(a.margin) AS margin,
        sum(a.orders) AS orders,
        sum(a.lines) AS lines
    FROM dwh.agg_orders_daily AS a
    GROUP BY a.date_key, a.region_key
),

days AS (
    SELECT
        d.full_date,
        d.date_key,
        d.year,
        d.year_month
    FROM dwh.dim_date AS d
    WHERE
        d.date_key BETWEEN
        (SELECT min(a.date_key) FROM dwh.agg_orders_daily AS a) AND (SELECT max(a.date_key) FROM dwh.agg_orders_daily AS a)
),

regions AS (
    SELECT DISTINCT a.region_key
    FROM dwh.agg_sales_monthly AS a
),

-- A left join without a match: nothing was sold that day.
dense AS (
    SELECT
        days.full_date,
        days.year,
        days.year_month,
        regions.region_key,
        coalesce(sold.revenue, 0) AS revenue,
        coalesce(sold.quantity, 0) AS quantity,
        CASE WHEN sold.date_key IS NULL THEN 0 ELSE sold.margin END AS margin,
        coalesce(sold.orders, 0) AS orders,
        coalesce(sold.lines, 0) AS lines
    FROM days
    CROSS JOIN regions
    LEFT JOIN sold ON days.date_key = sold.date_key AND regions.region_key = sold.region_key
),

-- Every day has its row, so 28 rows are 28 days.
running AS (
    SELECT
        dense.*,
        row_number() OVER by_day AS day_number,
        sum(dense.revenue) OVER (by_day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS revenue_28_days,
        sum(dense.revenue) OVER (by_day ROWS BETWEEN 55 PRECEDING AND 28 PRECEDING) AS revenue_previous_28_days,
        sum(dense.revenue) OVER (PARTITION BY dense.region_key, dense.year ORDER BY dense.full_date) AS revenue_year_to_date
    FROM dense
    WINDOW by_day AS (PARTITION BY dense.region_key ORDER BY dense.year, dense.full_date)
)

-- A left join without a match: the day a year ago is before the first day of sales. 29 February is compared with 28 February.
SELECT
    now.full_date AS sale_date,
    now.year,
    now.year_month,
    r.name AS region,
    r.country,
    now.revenue,
    now.quantity,
    now.margin,
    now.orders,
    now.lines,
    round(now.revenue / nullif(now.orders, 0), 2) AS average_check,
    ago.revenue AS revenue_year_ago,
    CASE WHEN now.day_number >= 28 THEN now.revenue_28_days END AS revenue_28_days,
    CASE WHEN now.day_number >= 56 THEN now.revenue_previous_28_days END AS revenue_previous_28_days,
    now.revenue_year_to_date,
    ago.revenue_year_to_date AS revenue_year_to_date_year_ago
FROM running AS now
LEFT JOIN running AS ago
    ON now.region_key = ago.region_key AND cast(now.full_date - interval '1 year' AS date) = ago.full_date
LEFT JOIN dwh.dim_region AS r ON now.region_key = r.region_key;

COMMENT ON VIEW dwh.mart_sales_by_region IS 'Sales a day and region, every day, with earlier periods';
COMMENT ON COLUMN dwh.mart_sales_by_region.sale_date IS 'Day, business time; days without a sale included';
COMMENT ON COLUMN dwh.mart_sales_by_region.year IS 'Year of the day';
COMMENT ON COLUMN dwh.mart_sales_by_region.year_month IS 'Month of the day, such as 2026-11';
COMMENT ON COLUMN dwh.mart_sales_by_region.region IS 'Region of the sale';
COMMENT ON COLUMN dwh.mart_sales_by_region.country IS 'Country of the region';
COMMENT ON COLUMN dwh.mart_sales_by_region.revenue IS 'Revenue after discount, UAH; 0 without a sale';
COMMENT ON COLUMN dwh.mart_sales_by_region.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.mart_sales_by_region.margin IS 'Margin of the lines whose cost is known, UAH';
COMMENT ON COLUMN dwh.mart_sales_by_region.orders IS 'Distinct orders';
COMMENT ON COLUMN dwh.mart_sales_by_region.lines IS 'Order lines';
COMMENT ON COLUMN dwh.mart_sales_by_region.average_check IS 'Revenue / distinct orders, UAH, rounded to cents; NULL without an order';
COMMENT ON COLUMN dwh.mart_sales_by_region.revenue_year_ago IS 'The same day a year before, UAH; NULL before the first sale';
COMMENT ON COLUMN dwh.mart_sales_by_region.revenue_28_days IS '28 days up to this one, UAH; NULL while there are fewer';
COMMENT ON COLUMN dwh.mart_sales_by_region.revenue_previous_28_days IS 'The 28 days before, UAH; NULL while there are fewer';
COMMENT ON COLUMN dwh.mart_sales_by_region.revenue_year_to_date IS 'From 1 January to this day, UAH';
COMMENT ON COLUMN dwh.mart_sales_by_region.revenue_year_to_date_year_ago IS 'A year before, UAH; NULL before the first sale';

-- Grain: one row a day and category of the product, every day from the first to the last with a sale, every category that ever sold.
CREATE OR REPLACE VIEW dwh.mart_sales_by_category AS
WITH sold AS (
    SELECT
        a.date_key,
        a.category_key,
        a.revenue,
        a.quantity,
        a.margin,
        cast(a.orders AS bigint) AS orders,
        cast(a.lines AS bigint) AS lines
    FROM dwh.agg_category_daily AS a
),

days AS (
    SELECT
        d.full_date,
        d.date_key,
        d.year,
        d.year_month
    FROM dwh.dim_date AS d
    WHERE
        d.date_key BETWEEN
        (SELECT min(a.date_key) FROM dwh.agg_category_daily AS a) AND (SELECT max(a.date_key) FROM dwh.agg_category_daily AS a)
),

categories AS (
    SELECT DISTINCT a.category_key
    FROM dwh.agg_sales_monthly AS a
),

-- A left join without a match: nothing was sold that day.
dense AS (
    SELECT
        days.full_date,
        days.year,
        days.year_month,
        categories.category_key,
        coalesce(sold.revenue, 0) AS revenue,
        coalesce(sold.quantity, 0) AS quantity,
        CASE WHEN sold.date_key IS NULL THEN 0 ELSE sold.margin END AS margin,
        coalesce(sold.orders, 0) AS orders,
        coalesce(sold.lines, 0) AS lines
    FROM days
    CROSS JOIN categories
    LEFT JOIN sold ON days.date_key = sold.date_key AND categories.category_key = sold.category_key
),

-- Every day has its row, so 28 rows are 28 days.
running AS (
    SELECT
        dense.*,
        row_number() OVER by_day AS day_number,
        sum(dense.revenue) OVER (by_day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS revenue_28_days,
        sum(dense.revenue) OVER (by_day ROWS BETWEEN 55 PRECEDING AND 28 PRECEDING) AS revenue_previous_28_days,
        sum(dense.revenue) OVER (PARTITION BY dense.category_key, dense.year ORDER BY dense.full_date) AS revenue_year_to_date
    FROM dense
    WINDOW by_day AS (PARTITION BY dense.category_key ORDER BY dense.year, dense.full_date)
)

-- A left join without a match: the day a year ago is before the first day of sales. 29 February is compared with 28 February.
SELECT
    now.full_date AS sale_date,
    now.year,
    now.year_month,
    c.path AS category,
    now.revenue,
    now.quantity,
    now.margin,
    now.orders,
    now.lines,
    ago.revenue AS revenue_year_ago,
    CASE WHEN now.day_number >= 28 THEN now.revenue_28_days END AS revenue_28_days,
    CASE WHEN now.day_number >= 56 THEN now.revenue_previous_28_days END AS revenue_previous_28_days,
    now.revenue_year_to_date,
    ago.revenue_year_to_date AS revenue_year_to_date_year_ago
FROM running AS now
LEFT JOIN running AS ago
    ON now.category_key = ago.category_key AND cast(now.full_date - interval '1 year' AS date) = ago.full_date
LEFT JOIN dwh.dim_category AS c ON now.category_key = c.category_key;

COMMENT ON VIEW dwh.mart_sales_by_category IS 'Sales a day and category, with earlier periods; orders do not add up across categories';
COMMENT ON COLUMN dwh.mart_sales_by_category.sale_date IS 'Day, business time; days without a sale included';
COMMENT ON COLUMN dwh.mart_sales_by_category.year IS 'Year of the day';
COMMENT ON COLUMN dwh.mart_sales_by_category.year_month IS 'Month of the day, such as 2026-11';
COMMENT ON COLUMN dwh.mart_sales_by_category.category IS 'Category of the products, from the top down';
COMMENT ON COLUMN dwh.mart_sales_by_category.revenue IS 'Revenue after discount, UAH; 0 without a sale';
COMMENT ON COLUMN dwh.mart_sales_by_category.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.mart_sales_by_category.margin IS 'Margin of the lines whose cost is known, UAH';
COMMENT ON COLUMN dwh.mart_sales_by_category.orders IS 'Distinct orders; never sum them across categories';
COMMENT ON COLUMN dwh.mart_sales_by_category.lines IS 'Order lines';
COMMENT ON COLUMN dwh.mart_sales_by_category.revenue_year_ago IS 'The same day a year before, UAH; NULL before the first sale';
COMMENT ON COLUMN dwh.mart_sales_by_category.revenue_28_days IS '28 days up to this one, UAH; NULL while there are fewer';
COMMENT ON COLUMN dwh.mart_sales_by_category.revenue_previous_28_days IS 'The 28 days before, UAH; NULL while there are fewer';
COMMENT ON COLUMN dwh.mart_sales_by_category.revenue_year_to_date IS 'From 1 January to this day, UAH';
COMMENT ON COLUMN dwh.mart_sales_by_category.revenue_year_to_date_year_ago IS 'A year before, UAH; NULL before the first sale';

-- Grain: one row a month, region of the sale and category of the product, for every month from the first to the last with a sale, and every
-- region and category that ever sold together.
CREATE OR REPLACE VIEW dwh.mart_sales_by_month AS
WITH months AS (
    SELECT
        d.year_month,
        min(d.year) AS year
    FROM dwh.dim_date AS d
    WHERE
        d.year_month BETWEEN
        (SELECT min(a.year_month) FROM dwh.agg_sales_monthly AS a) AND (SELECT max(a.year_month) FROM dwh.agg_sales_monthly AS a)
    GROUP BY d.year_month
),

pairs AS (
    SELECT DISTINCT
        a.region_key,
        a.category_key
    FROM dwh.agg_sales_monthly AS a
),

-- A left join without a match: nothing was sold that month.
dense AS (
    SELECT
        months.year,
        months.year_month,
        pairs.region_key,
        pairs.category_key,
        coalesce(a.revenue, 0) AS revenue,
        coalesce(a.quantity, 0) AS quantity,
        CASE WHEN a.year_month IS NULL THEN 0 ELSE a.margin END AS margin,
        coalesce(a.orders, 0) AS orders,
        coalesce(a.lines, 0) AS lines
    FROM months
    CROSS JOIN pairs
    LEFT JOIN dwh.agg_sales_monthly AS a
        ON months.year_month = a.year_month AND pairs.region_key = a.region_key AND pairs.category_key = a.category_key
)

-- Every month has its row, so twelve rows are a year.
SELECT
    dense.year,
    dense.year_month,
    r.name AS region,
    r.country,
    c.path AS category,
    dense.revenue,
    dense.quantity,
    dense.margin,
    cast(dense.orders AS bigint) AS orders,
    cast(dense.lines AS bigint) AS lines,
    lag(dense.revenue) OVER by_month AS revenue_previous_month,
    lag(dense.revenue, 12) OVER by_month AS revenue_year_ago,
    sum(dense.revenue)
        OVER (PARTITION BY dense.region_key, dense.category_key, dense.year ORDER BY dense.year_month)
        AS revenue_year_to_date
FROM dense
LEFT JOIN dwh.dim_region AS r ON dense.region_key = r.region_key
LEFT JOIN dwh.dim_category AS c ON dense.category_key = c.category_key
WINDOW by_month AS (PARTITION BY dense.region_key, dense.category_key ORDER BY dense.year_month);

COMMENT ON VIEW dwh.mart_sales_by_month IS 'Sales a month, region and category; orders do not add up across categories';
COMMENT ON COLUMN dwh.mart_sales_by_month.year IS 'Year of the month';
COMMENT ON COLUMN dwh.mart_sales_by_month.year_month IS 'Month, such as 2026-11; months without a sale included';
COMMENT ON COLUMN dwh.mart_sales_by_month.region IS 'Region of the sale';
COMMENT ON COLUMN dwh.mart_sales_by_month.country IS 'Country of the region';
COMMENT ON COLUMN dwh.mart_sales_by_month.category IS 'Category of the products, from the top down';
COMMENT ON COLUMN dwh.mart_sales_by_month.revenue IS 'Revenue after discount, UAH; 0 without a sale';
COMMENT ON COLUMN dwh.mart_sales_by_month.quantity IS 'Pieces sold';
COMMENT ON COLUMN dwh.mart_sales_by_month.margin IS 'Margin of the lines whose cost is known, UAH';
COMMENT ON COLUMN dwh.mart_sales_by_month.orders IS 'Distinct orders; never sum them across categories';
COMMENT ON COLUMN dwh.mart_sales_by_month.lines IS 'Order lines';
COMMENT ON COLUMN dwh.mart_sales_by_month.revenue_previous_month IS 'The month before, UAH; NULL before the first month of sales';
COMMENT ON COLUMN dwh.mart_sales_by_month.revenue_year_ago IS 'The month a year before, UAH; NULL before the first month';
COMMENT ON COLUMN dwh.mart_sales_by_month.revenue_year_to_date IS 'Revenue from January to this month, UAH';

-- Grain: one row a month and employee; orders placed online are the employee "(online)".
CREATE OR REPLACE VIEW dwh.mart_employee_performance AS
WITH sold AS (
    SELECT
        d.year_month,
        a.employee_key,
        sum(a.revenue) AS revenue,
        sum(a.cost) AS cost,
        sum(a.margin) AS margin,
        cast(sum(a.quantity) AS bigint) AS quantity,
        sum(a.orders) AS orders,
        sum(a.lines) AS lines
    FROM dwh.agg_orders_daily AS a
    INNER JOIN dwh.dim_date AS d ON a.date_key = d.date_key
    GROUP BY d.year_month, a.employee_key
)

-- Cost and margin cover the lines whose cost is known: their sum is the revenue of those lines.
SELECT
    s.year_month,
    e.full_name AS employee,
    e.position,
    r.name AS region,
    s.revenue,
    s.margin,
    s.quantity,
    s.orders,
    s.lines,
    round(s.revenue / s.orders, 2) AS average_check,
    round(100 * s.margin / nullif(s.cost + s.margin, 0), 2) AS margin_percent,
    round(100 * s.revenue / nullif(sum(s.revenue) OVER (PARTITION BY s.year_month), 0), 2) AS revenue_share_percent,
    CASE
        WHEN s.employee_key <> 0
            THEN rank() OVER (PARTITION BY s.year_month, s.employee_key = 0 ORDER BY s.revenue DESC)
    END AS rank_by_revenue
FROM sold AS s
LEFT JOIN dwh.dim_employee AS e ON s.employee_key = e.employee_key
LEFT JOIN dwh.dim_region AS r ON e.region_key = r.region_key;

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
COMMENT ON COLUMN dwh.mart_employee_performance.margin_percent IS 'Margin / revenue of the lines whose cost is known, 0 to 100';
COMMENT ON COLUMN dwh.mart_employee_performance.revenue_share_percent IS 'Share of the month''s revenue, online orders included, 0 to 100';
COMMENT ON COLUMN dwh.mart_employee_performance.rank_by_revenue IS 'Rank by revenue in the month, 1 is the highest; NULL for "(online)"';

-- Grain: one row a product, those never sold included; equal values share a rank.
CREATE OR REPLACE VIEW dwh.mart_product_ranking AS
WITH sold AS (
    SELECT
        a.product_key,
        sum(a.revenue) AS revenue,
        cast(sum(a.quantity) AS bigint) AS quantity,
        sum(a.margin) AS margin,
        sum(a.orders) AS orders
    FROM dwh.agg_product_monthly AS a
    GROUP BY a.product_key
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
    LEFT JOIN dwh.dim_category AS c ON p.category_key = c.category_key
    LEFT JOIN sold AS s ON p.product_key = s.product_key
    WHERE p.product_key <> 0
)

-- The rank from the bottom is computed from a count, so that it needs no second sort.
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
    1 + count(*) OVER ()
    - count(*) OVER (ORDER BY m.revenue DESC) AS rank_by_revenue_from_bottom,
    rank() OVER (ORDER BY m.quantity DESC) AS rank_by_quantity,
    1 + count(*) OVER ()
    - count(*) OVER (ORDER BY m.quantity DESC) AS rank_by_quantity_from_bottom
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

-- Grain: one row a month and product, every month from the first to the last with a sale, products not sold in it included.
CREATE OR REPLACE VIEW dwh.mart_product_ranking_monthly AS
WITH months AS (
    SELECT DISTINCT d.year_month
    FROM dwh.dim_date AS d
    WHERE
        d.year_month BETWEEN
        (SELECT min(a.year_month) FROM dwh.agg_product_monthly AS a) AND (SELECT max(a.year_month) FROM dwh.agg_product_monthly AS a)
),

-- A left join without a match: the product was not sold in the month.
measured AS (
    SELECT
        months.year_month,
        p.sku,
        p.name AS product,
        c.path AS category,
        p.is_active,
        p.is_deleted,
        coalesce(s.revenue, 0) AS revenue,
        coalesce(s.quantity, 0) AS quantity,
        coalesce(s.orders, 0) AS orders,
        CASE WHEN s.product_key IS NULL THEN 0 ELSE s.margin END AS margin
    FROM months
    CROSS JOIN dwh.dim_product AS p
    LEFT JOIN dwh.dim_category AS c ON p.category_key = c.category_key
    LEFT JOIN dwh.agg_product_monthly AS s ON months.year_month = s.year_month AND p.product_key = s.product_key
    WHERE p.product_key <> 0
)

-- The rank from the bottom is computed from a count, so that it needs no second sort.
SELECT
    m.year_month,
    m.sku,
    m.product,
    m.category,
    m.is_active,
    m.is_deleted,
    m.revenue,
    m.quantity,
    m.margin,
    cast(m.orders AS bigint) AS orders,
    rank() OVER (PARTITION BY m.year_month ORDER BY m.revenue DESC) AS rank_by_revenue,
    1 + count(*) OVER (PARTITION BY m.year_month)
    - count(*) OVER (PARTITION BY m.year_month ORDER BY m.revenue DESC) AS rank_by_revenue_from_bottom,
    rank() OVER (PARTITION BY m.year_month ORDER BY m.quantity DESC) AS rank_by_quantity,
    1 + count(*) OVER (PARTITION BY m.year_month)
    - count(*) OVER (PARTITION BY m.year_month ORDER BY m.quantity DESC) AS rank_by_quantity_from_bottom
FROM measured AS m;

COMMENT ON VIEW dwh.mart_product_ranking_monthly IS 'Products by revenue and quantity a month, from the top and from the bottom';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.year_month IS 'Month the orders were placed, such as 2026-11';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.sku IS 'Stock-keeping unit';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.product IS 'Name of the product';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.category IS 'Category of the product, from the top down';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.is_active IS 'True while on sale';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.is_deleted IS 'True when the source no longer has the product';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.revenue IS 'Revenue after discount, UAH; 0 when not sold in the month';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.quantity IS 'Pieces sold; 0 when not sold in the month';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.margin IS 'Margin, UAH; 0 when not sold in the month, NULL while not known';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.orders IS 'Distinct orders; never sum them across products';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.rank_by_revenue IS 'Rank by revenue in the month, 1 is the highest';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.rank_by_revenue_from_bottom IS 'Rank by revenue in the month, 1 is the lowest';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.rank_by_quantity IS 'Rank by pieces sold in the month, 1 is the highest';
COMMENT ON COLUMN dwh.mart_product_ranking_monthly.rank_by_quantity_from_bottom IS 'Rank by pieces sold in the month, 1 is the lowest';

-- Grain: one row a product, those not sold in the period included; both days belong to the period.
-- Whole months come from the aggregate, the days before and after them from the fact.
CREATE OR REPLACE FUNCTION dwh.product_ranking(first_day date, last_day date)
RETURNS TABLE (
    sku text,
    product text,
    category text,
    is_active boolean,
    is_deleted boolean,
    revenue numeric,
    quantity bigint,
    margin numeric,
    orders bigint,
    rank_by_revenue bigint,
    rank_by_revenue_from_bottom bigint,
    rank_by_quantity bigint,
    rank_by_quantity_from_bottom bigint
)
LANGUAGE sql
STABLE
PARALLEL SAFE
AS $$
WITH months AS (
    SELECT d.year_month
    FROM dwh.dim_date AS d
    WHERE d.full_date BETWEEN first_day AND last_day
    GROUP BY d.year_month
    HAVING count(*) = extract(DAY FROM date_trunc('month', min(d.full_date)) + interval '1 month - 1 day')
),

-- The days are an array: the planner would take a table of days for most of the calendar, and read the whole fact.
end_days AS (
    SELECT array_agg(d.date_key) AS date_keys
    FROM dwh.dim_date AS d
    WHERE d.full_date BETWEEN first_day AND last_day AND NOT EXISTS (SELECT FROM months WHERE months.year_month = d.year_month)
),

-- An order has one day, so orders can be summed across the parts.
parts AS (
    SELECT
        a.product_key,
        a.revenue,
        a.quantity,
        a.margin,
        a.orders
    FROM months
    INNER JOIN dwh.agg_product_monthly AS a ON months.year_month = a.year_month
    UNION ALL
    SELECT
        f.product_key,
        sum(f.revenue) AS revenue,
        sum(f.quantity) AS quantity,
        sum(f.margin) AS margin,
        count(DISTINCT f.order_id) AS orders
    FROM dwh.fact_sales AS f
    WHERE f.date_key = any(cast((SELECT end_days.date_keys FROM end_days) AS integer []))
    GROUP BY f.product_key
),

sold AS (
    SELECT
        parts.product_key,
        sum(parts.revenue) AS revenue,
        cast(sum(parts.quantity) AS bigint) AS quantity,
        sum(parts.margin) AS margin,
        cast(sum(parts.orders) AS bigint) AS orders
    FROM parts
    GROUP BY parts.product_key
),

-- A left join without a match: the product was not sold.
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
    LEFT JOIN dwh.dim_category AS c ON p.category_key = c.category_key
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
    1 + count(*) OVER ()
    - count(*) OVER (ORDER BY m.revenue DESC) AS rank_by_revenue_from_bottom,
    rank() OVER (ORDER BY m.quantity DESC) AS rank_by_quantity,
    1 + count(*) OVER ()
    - count(*) OVER (ORDER BY m.quantity DESC) AS rank_by_quantity_from_bottom
FROM measured AS m
$$;

COMMENT ON FUNCTION dwh.product_ranking(date, date) IS
'Products by revenue and quantity from the first day to the last, both included; columns as in mart_product_ranking';

-- Grain: one row a month and region of the sale.
CREATE OR REPLACE VIEW dwh.mart_average_check AS
SELECT
    d.year_month,
    r.name AS region,
    r.country,
    sum(a.revenue) AS revenue,
    sum(a.orders) AS orders,
    round(sum(a.revenue) / sum(a.orders), 2) AS average_check
FROM dwh.agg_orders_daily AS a
INNER JOIN dwh.dim_date AS d ON a.date_key = d.date_key
INNER JOIN dwh.dim_region AS r ON a.region_key = r.region_key
GROUP BY d.year_month, r.region_key;

COMMENT ON VIEW dwh.mart_average_check IS 'Average check a month and region';
COMMENT ON COLUMN dwh.mart_average_check.year_month IS 'Month the orders were placed, such as 2026-11';
COMMENT ON COLUMN dwh.mart_average_check.region IS 'Region of the sale';
COMMENT ON COLUMN dwh.mart_average_check.country IS 'Country of the region';
COMMENT ON COLUMN dwh.mart_average_check.revenue IS 'Revenue after discount, UAH';
COMMENT ON COLUMN dwh.mart_average_check.orders IS 'Distinct orders';
COMMENT ON COLUMN dwh.mart_average_check.average_check IS 'Revenue / distinct orders, UAH, rounded to cents';

-- Grain: one row a month in which the money arrived, region of the sale and method.
CREATE OR REPLACE VIEW dwh.mart_payments AS
SELECT
    a.year_month,
    r.name AS region,
    r.country,
    a.method,
    a.amount,
    cast(a.payments AS bigint) AS payments,
    round(a.amount / a.payments, 2) AS average_payment,
    round(100 * a.amount / nullif(sum(a.amount) OVER (PARTITION BY a.year_month, a.region_key), 0), 2) AS amount_share_percent
FROM dwh.agg_payments_monthly AS a
LEFT JOIN dwh.dim_region AS r ON a.region_key = r.region_key;

COMMENT ON VIEW dwh.mart_payments IS 'Payments a month, region and method, whatever became of the orders';
COMMENT ON COLUMN dwh.mart_payments.year_month IS 'Month the money arrived, such as 2026-11';
COMMENT ON COLUMN dwh.mart_payments.region IS 'Region of the sale';
COMMENT ON COLUMN dwh.mart_payments.country IS 'Country of the region';
COMMENT ON COLUMN dwh.mart_payments.method IS 'card, cash, bank_transfer, instalments or gift_card';
COMMENT ON COLUMN dwh.mart_payments.amount IS 'Amount paid, UAH';
COMMENT ON COLUMN dwh.mart_payments.payments IS 'Payments received';
COMMENT ON COLUMN dwh.mart_payments.average_payment IS 'Amount / payments, UAH, rounded to cents';
COMMENT ON COLUMN dwh.mart_payments.amount_share_percent IS 'Share of what the region was paid in the month, 0 to 100';
