import sqlalchemy as sa

_SALES = "sum(f.revenue), sum(f.quantity), sum(f.margin), count(DISTINCT f.order_id), count(*)"
_OF_SALES = "revenue, quantity, margin, orders, lines"
_FACT = "dwh.fact_sales AS f JOIN dwh.dim_date AS d ON f.date_key = d.date_key JOIN dwh.dim_product AS p ON f.product_key = p.product_key"
_FROM_SCRATCH = {
    f"agg_sales_daily (date_key, region_key, category_key, {_OF_SALES}, cost, discount_amount, lines_without_cost)": (
        f"SELECT f.date_key, f.region_key, p.category_key, {_SALES}, sum(f.cost), sum(f.discount_amount), count(*) - count(f.cost)"
        f" FROM {_FACT} GROUP BY 1, 2, 3"
    ),
    f"agg_category_daily (date_key, category_key, {_OF_SALES})": (
        f"SELECT f.date_key, p.category_key, {_SALES} FROM {_FACT} GROUP BY 1, 2"
    ),
    f"agg_sales_monthly (year_month, region_key, category_key, {_OF_SALES})": (
        f"SELECT d.year_month, f.region_key, p.category_key, {_SALES} FROM {_FACT} GROUP BY 1, 2, 3"
    ),
    f"agg_orders_daily (date_key, region_key, employee_key, {_OF_SALES}, cost, discount_amount)": (
        f"SELECT f.date_key, f.region_key, f.employee_key, {_SALES}, sum(f.cost), sum(f.discount_amount) FROM {_FACT} GROUP BY 1, 2, 3"
    ),
    f"agg_product_monthly (year_month, product_key, {_OF_SALES})": (
        f"SELECT d.year_month, f.product_key, {_SALES} FROM {_FACT} GROUP BY 1, 2"
    ),
    "agg_payments_monthly (year_month, region_key, method, amount, payments)": (
        "SELECT d.year_month, f.region_key, f.method, sum(f.amount), count(*)"
        " FROM dwh.fact_payments AS f JOIN dwh.dim_date AS d USING (date_key) GROUP BY 1, 2, 3"
    ),
}
"""Expected rows by aggregate and columns."""


def columns_made() -> dict[str, set[str]]:
    return {aggregate: set(columns.split(", ")) for aggregate, columns in map(_split, _FROM_SCRATCH)}


def wrong_cells(warehouse: sa.Engine) -> dict[str, list[tuple[object, ...]]]:
    """Surplus and missing cells by aggregate."""
    found = {}
    with warehouse.connect() as connection:
        for declared, query in _FROM_SCRATCH.items():
            aggregate, columns = _split(declared)
            kept = f"SELECT {columns} FROM dwh.{aggregate}"
            difference = "((TABLE kept) EXCEPT ALL (TABLE fresh)) UNION ALL ((TABLE fresh) EXCEPT ALL (TABLE kept))"
            rows = connection.exec_driver_sql(f"WITH kept AS ({kept}), fresh AS ({query}) {difference}").all()
            if rows:
                found[aggregate] = [tuple(row) for row in rows]
    return found


def _split(declared: str) -> tuple[str, str]:
    aggregate, columns = declared.rstrip(")").split(" (")
    return aggregate, columns


def assert_aggregates_equal(warehouse: sa.Engine) -> None:
    assert wrong_cells(warehouse) == {}
