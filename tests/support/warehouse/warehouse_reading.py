from typing import Any

import sqlalchemy as sa

SALES = """
SELECT f.order_item_id, f.order_id, d.full_date AS sale_date, p.product_id, c.customer_id, e.employee_id, r.region_id, f.order_status,
       f.quantity, f.unit_cost, f.revenue, f.discount_amount, f.cost, f.margin
FROM dwh.fact_sales AS f
JOIN dwh.dim_date AS d USING (date_key)
JOIN dwh.dim_product AS p USING (product_key)
JOIN dwh.dim_customer AS c USING (customer_key)
JOIN dwh.dim_employee AS e USING (employee_key) JOIN dwh.dim_region AS r ON r.region_key = f.region_key
"""
PAYMENTS = """
SELECT f.payment_id, f.order_id, d.full_date AS paid_date, c.customer_id, r.region_id, f.method, f.amount
FROM dwh.fact_payments AS f
JOIN dwh.dim_date AS d USING (date_key)
JOIN dwh.dim_customer AS c USING (customer_key)
JOIN dwh.dim_region AS r ON r.region_key = f.region_key
"""
MARTS = {
    "sales_dynamics": (
        "SELECT sale_date, region, category, revenue, quantity, cost, margin, discount_amount, orders, lines FROM dwh.mart_sales_dynamics"
    ),
    "employee_performance": (
        "SELECT year_month, employee, revenue, margin, quantity, orders, lines, average_check FROM dwh.mart_employee_performance"
    ),
    "average_check": "SELECT year_month, region, revenue, orders, average_check FROM dwh.mart_average_check",
    "product_ranking": (
        "SELECT sku, revenue, quantity, margin, orders, rank_by_revenue, rank_by_revenue_from_bottom, rank_by_quantity,"
        " rank_by_quantity_from_bottom FROM dwh.mart_product_ranking"
    ),
}


def by_key(warehouse: sa.Engine, query: str) -> dict[int, dict[str, Any]]:
    """Rows by their first column."""
    with warehouse.connect() as connection:
        rows = [dict(row) for row in connection.exec_driver_sql(query).mappings()]
    key = next(iter(rows[0])) if rows else ""
    found = {row.pop(key): row for row in rows}
    assert len(found) == len(rows), f"{key} is there twice"
    return found


def sessions_that_wait_for_a_lock(warehouse: sa.Engine) -> int:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with warehouse.connect() as connection:
        return int(connection.exec_driver_sql(waiting).scalar_one())


def somebody_waits_for_a_lock(warehouse: sa.Engine) -> bool:
    return sessions_that_wait_for_a_lock(warehouse) > 0


def mart(warehouse: sa.Engine, name: str) -> list[tuple[Any, ...]]:
    with warehouse.connect() as connection:
        return sorted(tuple(row) for row in connection.exec_driver_sql(MARTS[name]))
