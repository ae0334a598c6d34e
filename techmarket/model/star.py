"""The star schema of ``dwh``, declared once.

By hand are the DDL, ``merge.sql`` and the query of an aggregate's cells; the rest follows. A bad declaration fails at import.
"""

from types import MappingProxyType

from techmarket.model.catalog import CATALOG
from techmarket.model.star_schema import Aggregate, Attribute, Computed, Day, Dimension, Fact, Measure, Member, Star

_COUNTED = MappingProxyType({"orders": "distinct dwh.fact_sales.order_id", "lines": "rows of dwh.fact_sales"})

STAR = Star(
    CATALOG,
    dimensions=(
        Dimension("dim_region", "regions", columns=(Attribute("name"), Attribute("country"))),
        Dimension(
            "dim_customer",
            "customers",
            columns=(Member("dim_region", "customers.region_id"), Attribute("created_at"), Attribute("full_name")),
            labels=("full_name",),
        ),
        Dimension(
            "dim_employee",
            "employees",
            columns=(Attribute("full_name"), Attribute("position"), Member("dim_region", "employees.region_id"), Attribute("hired_at")),
            labels=("full_name",),
        ),
        Dimension(
            "dim_category",
            "categories",
            columns=(
                Attribute("name"),
                Attribute("parent_category_id"),
                Computed("parent_name", "categories.name of the parent"),
                Computed("path", "categories.name, from the top down"),
                Computed("level", "the depth of path", inferred="1"),
            ),
            labels=("name", "path"),
            further_steps=("paths",),
        ),
        Dimension(
            "dim_product",
            "products",
            columns=(
                Attribute("sku"),
                Attribute("name"),
                Member("dim_category", "products.category_id"),
                Attribute("unit_cost"),
                Attribute("list_price"),
                Attribute("is_active"),
            ),
        ),
    ),
    facts=(
        Fact(
            "fact_sales",
            "order_items",
            rows="lines",
            columns=(
                Member("dim_product", "order_items.product_id"),
                Member("dim_customer", "orders.customer_id"),
                Member("dim_employee", "orders.employee_id"),
                Member("dim_region", "orders.region_id"),
                Day("orders.order_date"),
                Measure("quantity", "order_items.quantity"),
                Measure("revenue", "round(order_items.quantity * order_items.unit_price * (1 - order_items.discount), 2)"),
                Measure("discount_amount", "round(order_items.quantity * order_items.unit_price * order_items.discount, 2)"),
                Attribute("order_status", "orders.status"),
                Computed("unit_cost", "products.unit_cost when the line was first loaded"),
                Measure("cost", "order_items.quantity * fact_sales.unit_cost"),
                Computed("margin", "revenue - cost"),
            ),
            only_recognised=True,
            holds_order=True,
            by_hand=("remove", "fill"),
            first_steps=("complete_costs",),
            further_steps=("forget_kept_costs",),
        ),
        Fact(
            "fact_payments",
            "payments",
            rows="payments",
            columns=(
                Member("dim_customer", "orders.customer_id"),
                Member("dim_region", "orders.region_id"),
                Day("payments.paid_at"),
                Measure("amount", "payments.amount"),
                Attribute("method"),
            ),
            by_hand=("fill",),
        ),
    ),
    aggregates=(
        Aggregate(
            "agg_sales_daily",
            of="fact_sales",
            grain=("date_key", "region_key", "category_key"),
            sums=("revenue", "quantity", "cost", "margin", "discount_amount"),
            counts=MappingProxyType({**_COUNTED, "lines_without_cost": "rows of dwh.fact_sales whose cost is NULL"}),
            touched="stg.touched_sales",
            touched_by=("date_key", "region_key"),
            controls=("lines", "revenue"),
        ),
        Aggregate(
            "agg_category_daily",
            of="agg_sales_daily",
            grain=("date_key", "category_key"),
            sums=("revenue", "quantity", "margin", "orders", "lines"),
            touched="days",
            touched_by=("date_key",),
            narrowed_by=("date_key", "category_key"),
            controls=("lines", "revenue"),
        ),
        Aggregate(
            "agg_sales_monthly",
            of="agg_sales_daily",
            grain=("year_month", "region_key", "category_key"),
            sums=("revenue", "quantity", "margin", "orders", "lines"),
            touched="months",
            touched_by=("year_month", "region_key"),
            narrowed_by=("year_month", "region_key", "category_key"),
            controls=("lines", "revenue"),
        ),
        Aggregate(
            "agg_orders_daily",
            of="fact_sales",
            grain=("date_key", "region_key", "employee_key"),
            sums=("revenue", "quantity", "cost", "margin", "discount_amount"),
            counts=_COUNTED,
            touched="stg.touched_sales",
            touched_by=("date_key", "region_key"),
            controls=("lines", "revenue"),
        ),
        Aggregate(
            "agg_product_monthly",
            of="fact_sales",
            grain=("year_month", "product_key"),
            sums=("revenue", "quantity", "margin"),
            counts=_COUNTED,
            # The certificate takes only months of which every product was touched: others would need all lines of the products.
            touched="months_of_products",
            touched_by=("year_month",),
            controls=("lines", "revenue"),
            checked_with="agg_category_daily",
        ),
        Aggregate(
            "agg_payments_monthly",
            of="fact_payments",
            grain=("year_month", "region_key", "method"),
            sums=("amount",),
            counts=MappingProxyType({"payments": "rows of dwh.fact_payments"}),
            touched="months_of_payments",
            touched_by=("year_month",),
            controls=("amount",),
        ),
    ),
)
