"""Origin and unit of each column.

By default, the same column of the first source that has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from infra.docs.dictionary.comments import Relation
from techmarket.errors import ConfigurationError
from techmarket.model.star_schema import (
    CALENDAR,
    DAY_KEY,
    MONTH,
    ORDERS,
    Aggregate,
    Attribute,
    Column,
    Computed,
    Day,
    Dimension,
    Fact,
    Measure,
    Star,
)


def _none() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True)
class Lineage:
    """Origins of a relation's rows and columns."""

    sources: tuple[str, ...]
    """Of the order system (``orders``) or warehouse (``dwh.dim_date``)."""
    columns: Mapping[str, str] = field(default_factory=_none)


_SURROGATE: Final = "assigned by the release"
_RELEASE: Final = "the release"
_BACKFILL: Final = "the backfill"

_EVERYWHERE: Final = MappingProxyType(
    {
        "is_inferred": _RELEASE,
        "batch_id": "dwh.load_batches.batch_id",
        DAY_KEY: f"dwh.{CALENDAR}.{DAY_KEY}",
    }
)
_NAMES_IN_MARTS: Final = MappingProxyType(
    {
        "sale_date": "dwh.dim_date.full_date",
        "year": "dwh.dim_date.year",
        "year_month": "dwh.dim_date.year_month",
        "region": "dwh.dim_region.name",
        "country": "dwh.dim_region.country",
        "category": "dwh.dim_category.path",
        "employee": "dwh.dim_employee.full_name",
        "position": "dwh.dim_employee.position",
        "sku": "dwh.dim_product.sku",
        "product": "dwh.dim_product.name",
        "is_active": "dwh.dim_product.is_active",
        "is_deleted": "dwh.dim_product.is_deleted",
        "average_check": "revenue / orders",
        "margin_percent": "margin / revenue of the lines whose cost is known",
        "revenue_share_percent": "revenue / revenue of the month",
        "average_payment": "amount / payments",
        "amount_share_percent": "amount / amount of the month and region",
        "rank_by_revenue": "revenue",
        "rank_by_revenue_from_bottom": "revenue",
        "rank_by_quantity": "quantity",
        "rank_by_quantity_from_bottom": "quantity",
        "revenue_year_ago": "revenue of the year before",
        "revenue_previous_month": "revenue of the month before",
        "revenue_28_days": "revenue of the 28 days that end with this one",
        "revenue_previous_28_days": "revenue of the 28 days before those",
        "revenue_year_to_date": "revenue since 1 January",
        "revenue_year_to_date_year_ago": "revenue since 1 January of the year before",
    }
)
_MONTH_KEY: Final = MappingProxyType({"month_key": "date_key / 100"})


_CALENDAR: Final = "the calendar (pandas), business time"
_BESIDE_THE_STAR: Final[Mapping[str, Lineage]] = MappingProxyType(
    {
        "dwh.dim_date": Lineage((), dict.fromkeys(
            ("date_key", "full_date", "year", "quarter", "month", "day_of_month", "day_of_week", "iso_year", "iso_week", "year_quarter",
             "year_month", "month_name", "month_name_en", "day_name", "day_name_en", "is_weekend"), _CALENDAR)),
        "dwh.kept_line_costs": Lineage(("dwh.fact_sales",)),
        "dwh.load_batches": Lineage((), {
            **dict.fromkeys(("mode", "status", "requested_by", "started_at", "finished_at", "error", "new_source"), "the load"),
            **dict.fromkeys(("extract_id", "snapshot_at", "horizon", "source_version", "counts"), "the manifest of the sealed extract"),
            **dict.fromkeys(("verdict", "gate", "severity_overrides"), "the quality gate"),
            "batch_id": "assigned when the load begins",
            "certificate": _RELEASE,
        }),
        "dwh.load_watermarks": Lineage((), {
            "table_name": "the catalogue", "watermark": "the safe horizon of the sealed extract", "updated_at": _RELEASE,
        }),
        "dwh.source_state": Lineage((), {"only_row": "always true", "state": "the manifest of the sealed extract"}),
        "dwh.backfills": Lineage((), {
            **dict.fromkeys(("range_start", "range_end", "window_size", "requested_by", "opened_at"), _BACKFILL),
            "backfill_id": "assigned when the backfill begins",
        }),
        "dwh.backfill_windows": Lineage(
            ("dwh.backfills",), dict.fromkeys(("window_start", "window_end", "facts_before", "facts_after"), _BACKFILL)
        ),
        "dwh.schema_migrations": Lineage((), dict.fromkeys(("name", "version", "applied_at"), "the bootstrap")),
        "dwh.mart_sales_dynamics": Lineage(("dwh.agg_sales_daily",), _NAMES_IN_MARTS),
        "dwh.mart_sales_by_region": Lineage(("dwh.agg_orders_daily",), _NAMES_IN_MARTS),
        "dwh.mart_sales_by_category": Lineage(("dwh.agg_category_daily",), _NAMES_IN_MARTS),
        "dwh.mart_sales_by_month": Lineage(("dwh.agg_sales_monthly",), _NAMES_IN_MARTS),
        "dwh.mart_employee_performance": Lineage(("dwh.agg_orders_daily",), _NAMES_IN_MARTS),
        "dwh.mart_product_ranking": Lineage(("dwh.agg_product_monthly",), _NAMES_IN_MARTS),
        "dwh.mart_product_ranking_monthly": Lineage(("dwh.agg_product_monthly",), _NAMES_IN_MARTS),
        "dwh.mart_average_check": Lineage(("dwh.agg_orders_daily",), _NAMES_IN_MARTS),
        "dwh.mart_payments": Lineage(("dwh.agg_payments_monthly",), _NAMES_IN_MARTS),
        "stg.rejected_rows": Lineage(("stg.batch_rejects",), {
            **dict.fromkeys(("rejected_id", "rejected_at", "last_seen_at", "resolved_at"), "the quarantine"),
            **dict.fromkeys(("first_batch_id", "released_batch_id", "resolved_batch_id"), "dwh.load_batches.batch_id"),
        }),
        "stg.batch_rejects": Lineage((), dict.fromkeys(("table_name", "row_key", "rule", "order_id", "row_data"), "the quality gate")),
        "stg.requested_keys": Lineage((), dict.fromkeys(("table_name", "source_key"), "the sealed extract")),
        "stg.touched_orders": Lineage(("stg.orders", "stg.order_items", "stg.payments", "dwh.fact_sales", "dwh.fact_payments")),
        "stg.touched_sales": Lineage(("dwh.fact_sales",)),
        "stg.touched_categories": Lineage(("dwh.fact_sales", "dwh.dim_product")),
        "stg.touched_products": Lineage(("dwh.fact_sales",), _MONTH_KEY),
        "stg.touched_payments": Lineage(("dwh.fact_payments",), _MONTH_KEY),
        "stg.staged_extract": Lineage((), dict.fromkeys(("extract_id",), "staging")),
        "stg.staged_parts": Lineage((), dict.fromkeys(("extract_id", "table_name", "part", "row_count"), "staging")),
    }
)  # fmt: skip
"""By relation. Views of stg need none."""

_UAH: Final = (
    "unit_cost", "list_price", "unit_price", "total_amount", "revenue", "discount_amount", "cost", "margin", "amount", "average_check",
    "average_payment", "revenue_year_ago", "revenue_previous_month", "revenue_28_days", "revenue_previous_28_days",
    "revenue_year_to_date", "revenue_year_to_date_year_ago",
)  # fmt: skip
UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(_UAH, "UAH"),
        **dict.fromkeys(("margin_percent", "revenue_share_percent", "amount_share_percent"), "%"),
        **dict.fromkeys(("order_date", "paid_at", "created_at"), "business time"),
        **dict.fromkeys(("full_date", "sale_date", "hired_at"), "day"),
        **dict.fromkeys(("range_start", "range_end", "window_start", "window_end"), "day, business time"),
        **dict.fromkeys(
            ("updated_at", "started_at", "finished_at", "snapshot_at", "horizon", "watermark", "opened_at", "rejected_at", "last_seen_at",
             "resolved_at"), "instant"),
        "discount": "fraction, 0 to 1",
        "quantity": "pieces",
        "orders": "orders",
        "lines": "order lines",
        "lines_without_cost": "order lines",
        "payments": "payments",
        "row_count": "rows",
    }
)  # fmt: skip
"""By column name."""


def lineage_of(star: Star) -> Mapping[str, Lineage]:
    """By relation, including staging and tables beside the star."""
    return {
        **{f"dwh.{table.name}": _of_table(table) for table in star.tables},
        **{f"stg.{table}": Lineage((table,)) for table in star.catalog},
        **_BESIDE_THE_STAR,
    }


def _of_table(table: Dimension | Fact | Aggregate) -> Lineage:
    if isinstance(table, Aggregate):
        month = {MONTH: f"dwh.{CALENDAR}.{MONTH}"} if MONTH in table.grain else {}
        return Lineage((f"dwh.{table.of}",), {**table.counts, **month})
    columns = {column.name: told for column in table.columns if (told := _told(table, column))}
    if isinstance(table, Dimension):
        return Lineage((table.source,), {table.key: _SURROGATE, "is_deleted": f"absence from {table.source}", **columns})
    return Lineage((table.source, ORDERS), columns)


def _told(table: Dimension | Fact, column: Column) -> str | None:
    """A column's origin; None if the name tells."""
    match column:
        case Attribute():
            return column.source
        case Day():
            return f"{column.source}, by dwh.{CALENDAR}"
        case Computed():
            return column.comes_from
        case Measure():
            return _named_in(table, column)
        case _:
            return None


def _named_in(table: Dimension | Fact, measure: Measure) -> str:
    """Each table is named once, at its first column."""
    told: list[str] = []
    before = ""
    for source, name in measure.named_columns:
        full = f"dwh.{source}" if source == table.name else source
        told.append(name if source == before else f"{full}.{name}")
        before = source
    return ", ".join(told)


class Origins:
    """Origins of relations' columns."""

    def __init__(self, star: Star, known: Mapping[str, Relation]) -> None:
        self._catalog = star.catalog
        self._known = known
        self._lineage = lineage_of(star)
        self._everywhere = {**_EVERYWHERE, **{dimension.key: f"dwh.{dimension.name}.{dimension.key}" for dimension in star.dimensions}}

    def of(self, relation: Relation, column: str) -> str:
        """A column's origin.

        Raises:
            ConfigurationError: none is declared or found.
        """
        lineage = self._lineage.get(relation.name, Lineage(()))
        if column in lineage.columns:
            return lineage.columns[column]
        for source in lineage.sources:
            names = self._catalog[source].column_names if source in self._catalog else self._known[source].columns
            if column in names:
                return f"{source}.{column}"
        if column in self._everywhere:
            return self._everywhere[column]
        msg = (
            f"Nothing tells where {relation.name}.{column} comes from."
            " Next: declare it in techmarket/model/star.py or, if it is no table of the star, in infra/docs/dictionary/lineage.py."
        )
        raise ConfigurationError(msg)
