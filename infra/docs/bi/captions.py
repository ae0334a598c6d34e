"""Captions of the star's columns."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_NOUNS: Final[Mapping[str, str]] = MappingProxyType({"fact_sales": "Line", "fact_payments": "Payment", "dim_date": ""})
"""Where the table's name does not give the noun."""

_EXCEPTIONS: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("fact_sales", "order_id"): "Order id",
        ("fact_sales", "order_item_id"): "Order item id",
        ("fact_sales", "order_status"): "Order status",
        ("dim_date", "full_date"): "Date",
        ("dim_date", "year_quarter"): "Year and quarter",
        ("dim_date", "year_month"): "Year and month",
        ("dim_date", "iso_year"): "ISO year",
        ("dim_date", "iso_week"): "ISO week",
        ("dim_date", "month_name_en"): "Month name in English",
        ("dim_date", "day_name_en"): "Day name in English",
        ("dim_product", "sku"): "SKU",
        ("dim_category", "parent_category_id"): "Parent category id",
        ("dim_category", "parent_name"): "Parent category",
        ("dim_region", "country"): "Country",
    }
)


def caption(table: str, column: str) -> str:
    """A caption unique in the star: ``Employee hired at``."""
    if (table, column) in _EXCEPTIONS:
        return _EXCEPTIONS[table, column]
    noun, words = _NOUNS.get(table, table.removeprefix("dim_").replace("_", " ").capitalize()), column.replace("_", " ")
    if column in {"name", "full_name"}:
        return noun
    return (words if words.startswith(noun.lower()) else f"{noun} {words}").capitalize()
