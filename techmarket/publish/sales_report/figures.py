"""The figures, read from the marts in one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.publish.sales_report.periods import Period, last_full_month, month_before

PRODUCTS_LISTED = 10
MONTHS_LISTED = 6

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Sales:
    """Of all regions together; ``margin`` is None while no cost is known."""

    label: str
    revenue: Decimal
    orders: int
    quantity: int
    margin: Decimal | None

    @classmethod
    def total(cls, label: str, days: Iterable["Sales"]) -> "Sales":
        """The sum of days."""
        added = list(days)
        margins = [day.margin for day in added if day.margin is not None]
        return cls(
            label,
            revenue=sum((day.revenue for day in added), Decimal(0)),
            orders=sum(day.orders for day in added),
            quantity=sum(day.quantity for day in added),
            margin=sum(margins, Decimal(0)) if margins else None,
        )

    @property
    def average_check(self) -> Decimal | None:
        """Revenue by distinct orders, to cents; None without an order."""
        return (self.revenue / self.orders).quantize(Decimal("0.01"), ROUND_HALF_UP) if self.orders else None


@dataclass(frozen=True, slots=True)
class Rolling:
    """Revenue of the 28 days that end with a day."""

    label: str
    revenue: Decimal
    revenue_year_ago: Decimal | None
    """None if the days begin before the first sale."""


@dataclass(frozen=True, slots=True)
class Dynamics:
    """Every day from the first to the last sale."""

    by_day: Mapping[date, Sales]

    def of(self, period: Period) -> Sales | None:
        """None if the period begins before the first sale."""
        if period.first < min(self.by_day):
            return None
        return Sales.total(str(period.first), (sales for day, sales in self.by_day.items() if period.first <= day <= period.last))

    def all(self) -> Sales:
        """For a shop younger than a period."""
        return Sales.total(str(min(self.by_day)), self.by_day.values())

    def days(self, newest: int) -> list[Sales]:
        """The newest days."""
        return list(self.by_day.values())[-newest:]

    def weeks(self, newest: int) -> list[Sales]:
        """Each named by its Monday."""
        return self._grouped(lambda day: str(day - timedelta(days=day.weekday())))[-newest:]

    def months(self) -> list[Sales]:
        """All months."""
        return self._grouped(lambda day: f"{day:%Y-%m}")

    def rolling(self, newest: int) -> list[Rolling]:
        """For each of the newest days."""
        ends = [day for day in list(self.by_day)[-newest:] if self.of(Period.ending(day))]
        return [
            Rolling(str(day), self._revenue(Period.ending(day)) or Decimal(0), self._revenue(Period.ending(day).year_ago)) for day in ends
        ]

    def _revenue(self, period: Period) -> Decimal | None:
        sales = self.of(period)
        return sales.revenue if sales else None

    def _grouped(self, name: Callable[[date], str]) -> list[Sales]:
        groups: dict[str, list[Sales]] = {}
        for day, sales in self.by_day.items():
            groups.setdefault(name(day), []).append(sales)
        return [Sales.total(label, days) for label, days in groups.items()]


@dataclass(frozen=True, slots=True)
class Figures:
    """``dynamics`` and the following are empty before the first sale."""

    load: Mapping[str, Any]
    rejects: Rows
    dynamics: Dynamics | None = None
    period: Period | None = None
    margin_percent: Decimal | None = None
    month: str = ""
    regions: Rows = ()
    categories: Rows = ()
    average_checks: Rows = ()
    managers: Rows = ()
    payments: Rows = ()
    products: Mapping[str, Rows] | None = None
    products_all_time: Mapping[str, Rows] | None = None


def read_figures(connection: sa.Connection) -> Figures | None:
    """After the newest release; None before the first."""
    connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    connection.execute(sa.text("SET LOCAL work_mem = '64MB'"))  # PostgreSQL's default groups three years of days in temporary files
    loads = _rows(connection, "sales_report/load")
    if not loads:
        return None
    rejects = _rows(connection, "quarantine/count_open_rejects")
    days = {row["sale_date"]: Sales(str(row["sale_date"]), *_measures(row)) for row in _rows(connection, "sales_report/days")}
    if not days:
        return Figures(loads[0], rejects)
    first, last = min(days), max(days)
    period, month = Period.ending(last), last_full_month(first, last)
    within = {"first_day": period.first, "last_day": period.last}
    return Figures(
        loads[0],
        rejects,
        Dynamics(days),
        period,
        _rows(connection, "sales_report/margin_percent", **within)[0]["margin_percent"],
        month,
        regions=_rows(connection, "sales_report/by_region", **within),
        categories=_rows(connection, "sales_report/by_category", **within),
        average_checks=_rows(connection, "sales_report/average_checks", first_month=month_before(last, MONTHS_LISTED - 1)),
        managers=_rows(connection, "sales_report/managers", year_month=month),
        payments=_rows(connection, "sales_report/payments", year_month=month),
        products=_products(connection, period),
        products_all_time=_products(connection, Period(first, last)),
    )


def _measures(row: Mapping[str, Any]) -> tuple[Decimal, int, int, Decimal | None]:
    return row["revenue"], row["orders"], row["quantity"], row["margin"]


def _products(connection: sa.Connection, period: Period) -> dict[str, Rows]:
    rows = _rows(connection, "sales_report/products", first_day=period.first, last_day=period.last, length=PRODUCTS_LISTED)
    return {name: [row for row in rows if row["list"] == name] for name in dict.fromkeys(row["list"] for row in rows)}


def _rows(connection: sa.Connection, name: str, **values: object) -> Rows:
    return [dict(row) for row in sql.run(connection, name, **values).mappings()]
