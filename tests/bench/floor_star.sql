-- Purpose: fill an empty star with bare INSERT … SELECT from what is staged: the floor of a first release. Nothing is compared or proved.
-- Grain: as dwh's tables.
INSERT INTO floor.dim_region (region_id, name, country, batch_id)
SELECT
    s.region_id,
    s.name,
    s.country,
    0 AS batch_id
FROM stg.regions AS s;

INSERT INTO floor.dim_category (category_id, name, parent_category_id, path, level, batch_id)
SELECT
    s.category_id,
    s.name,
    s.parent_category_id,
    s.name AS path,
    1 AS level,
    0 AS batch_id
FROM stg.categories AS s;

INSERT INTO floor.dim_employee (employee_id, full_name, position, region_key, hired_at, batch_id)
SELECT
    s.employee_id,
    s.full_name,
    s.position,
    coalesce(r.region_key, 0) AS region_key,
    s.hired_at,
    0 AS batch_id
FROM stg.employees AS s
LEFT JOIN floor.dim_region AS r ON s.region_id = r.region_id;

INSERT INTO floor.dim_product (product_id, sku, name, category_key, unit_cost, list_price, is_active, batch_id)
SELECT
    s.product_id,
    s.sku,
    s.name,
    coalesce(c.category_key, 0) AS category_key,
    s.unit_cost,
    s.list_price,
    s.is_active <> 0 AS is_active,
    0 AS batch_id
FROM stg.products AS s
LEFT JOIN floor.dim_category AS c ON s.category_id = c.category_id;

INSERT INTO floor.dim_customer (customer_id, full_name, region_key, created_at, batch_id)
SELECT
    s.customer_id,
    s.full_name,
    coalesce(r.region_key, 0) AS region_key,
    s.created_at,
    0 AS batch_id
FROM stg.customers AS s
LEFT JOIN floor.dim_region AS r ON s.region_id = r.region_id;

INSERT INTO floor.fact_sales (
    order_item_id, order_id, date_key, product_key, customer_key, employee_key, region_key, order_status, quantity, unit_cost, revenue,
    discount_amount, cost, margin, batch_id
)
SELECT
    i.order_item_id,
    o.order_id,
    d.date_key,
    p.product_key,
    c.customer_key,
    coalesce(e.employee_key, 0) AS employee_key,
    r.region_key,
    o.status,
    i.quantity,
    p.unit_cost,
    round(i.quantity * i.unit_price * (1 - i.discount), 2) AS revenue,
    round(i.quantity * i.unit_price * i.discount, 2) AS discount_amount,
    i.quantity * p.unit_cost AS cost,
    round(i.quantity * i.unit_price * (1 - i.discount), 2) - i.quantity * p.unit_cost AS margin,
    0 AS batch_id
FROM stg.order_items AS i
INNER JOIN stg.orders AS o ON i.order_id = o.order_id
INNER JOIN dwh.dim_date AS d ON o.order_date::date = d.full_date
INNER JOIN floor.dim_product AS p ON i.product_id = p.product_id
INNER JOIN floor.dim_customer AS c ON o.customer_id = c.customer_id
INNER JOIN floor.dim_region AS r ON o.region_id = r.region_id
LEFT JOIN floor.dim_employee AS e ON o.employee_id = e.employee_id
WHERE o.status IN ('paid', 'shipped', 'delivered');

INSERT INTO floor.fact_payments (payment_id, order_id, date_key, customer_key, region_key, method, amount, batch_id)
SELECT
    p.payment_id,
    p.order_id,
    d.date_key,
    c.customer_key,
    r.region_key,
    p.method,
    p.amount,
    0 AS batch_id
FROM stg.payments AS p
INNER JOIN stg.orders AS o ON p.order_id = o.order_id
INNER JOIN dwh.dim_date AS d ON p.paid_at::date = d.full_date
INNER JOIN floor.dim_customer AS c ON o.customer_id = c.customer_id
INNER JOIN floor.dim_region AS r ON o.region_id = r.region_id;
