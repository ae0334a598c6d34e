"""What the DDL lacks: joins, hidden columns, sort order, hierarchies."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Relationship:
    """Many-to-one, over a column of both tables."""

    many: str
    one: str
    column: str
    active: bool = True
    """False for a dimension's second path: filters need one."""


RELATIONSHIPS: Final = (
    Relationship("fact_sales", "dim_date", "date_key"),
    Relationship("fact_sales", "dim_product", "product_key"),
    Relationship("fact_sales", "dim_customer", "customer_key"),
    Relationship("fact_sales", "dim_employee", "employee_key"),
    Relationship("fact_sales", "dim_region", "region_key"),
    Relationship("fact_payments", "dim_date", "date_key"),
    Relationship("fact_payments", "dim_customer", "customer_key"),
    Relationship("fact_payments", "dim_region", "region_key"),
    Relationship("dim_product", "dim_category", "category_key"),
    Relationship("dim_customer", "dim_region", "region_key", active=False),
    Relationship("dim_employee", "dim_region", "region_key", active=False),
)

DATE_TABLE: Final = "dim_date"
DATE_COLUMN: Final = "full_date"

HIDDEN: Final = frozenset({"batch_id", "is_inferred", "order_id", "order_item_id", "payment_id", "parent_category_id"})
"""Besides surrogate keys and facts' numbers."""

SORTED_BY: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("dim_date", "month_name"): "month",
        ("dim_date", "month_name_en"): "month",
        ("dim_date", "day_name"): "day_of_week",
        ("dim_date", "day_name_en"): "day_of_week",
    }
)

HIERARCHIES: Final[Mapping[tuple[str, str], tuple[str, ...]]] = MappingProxyType(
    {
        ("dim_date", "Calendar"): ("year", "year_quarter", "year_month", "full_date"),
        ("dim_category", "Category tree"): ("parent_name", "name"),
        ("dim_region", "Geography"): ("country", "name"),
    }
)
"""(table, name) to levels, top first."""


def is_hidden(table: str, column: str, type_: str) -> bool:
    """True for keys, technical columns, facts' numbers."""
    return column.endswith("_key") or column in HIDDEN or (table.startswith("fact_") and type_ in {"numeric", "integer"})
