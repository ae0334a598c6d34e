"""What the DDL lacks: joins, hidden columns, sort order, hierarchies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from techmarket.model.star import STAR
from techmarket.model.star_schema import Dimension, Fact, Member, Star


@dataclass(frozen=True)
class Relationship:
    """Many-to-one, over a column of both tables."""

    many: str
    one: str
    column: str
    active: bool = True
    """False for a dimension's second path: filters need one."""


DATE_TABLE: Final = "dim_date"
DATE_COLUMN: Final = "full_date"


def _relationships(star: Star) -> tuple[Relationship, ...]:
    """Those of the facts, then those between dimensions. A dimension that facts name is reached by no other active path."""
    of_facts = []
    for fact in star.facts:
        of_facts += [Relationship(fact.name, DATE_TABLE, day.name) for day in fact.days]
        of_facts += [Relationship(fact.name, member.dimension, member.name) for member in _members(fact)]
    named = {relationship.one for relationship in of_facts}
    between_dimensions = [
        Relationship(dimension.name, member.dimension, member.name, active=member.dimension not in named)
        for dimension in star.dimensions
        for member in _members(dimension)
    ]
    return (*of_facts, *between_dimensions)


def _members(table: Dimension | Fact) -> Iterator[Member]:
    return (column for column in table.columns if isinstance(column, Member))


RELATIONSHIPS: Final = _relationships(STAR)

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
