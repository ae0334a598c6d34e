"""Expected rows of marts, computed from the facts in Decimal."""

import calendar
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tests.support.warehouse.warehouse_model import cents

Row = dict[str, Any]
Rows = list[tuple[Any, ...]]

_SALES = """
SELECT f.order_id, d.full_date AS day, r.name AS region, c.path AS category, p.sku, e.full_name AS employee, f.revenue, f.quantity, f.margin
FROM dwh.fact_sales AS f JOIN dwh.dim_date AS d USING (date_key) JOIN dwh.dim_region AS r USING (region_key)
JOIN dwh.dim_product AS p USING (product_key) JOIN dwh.dim_category AS c USING (category_key)
JOIN dwh.dim_employee AS e USING (employee_key)
"""
_PAYMENTS = """
SELECT d.year_month, r.name AS region, f.method, f.amount
FROM dwh.fact_payments AS f JOIN dwh.dim_date AS d USING (date_key) JOIN dwh.dim_region AS r USING (region_key)
"""
_COMPARED = "revenue_year_ago, revenue_28_days, revenue_previous_28_days, revenue_year_to_date, revenue_year_to_date_year_ago"
_RANKED = (
    "sku, revenue, quantity, margin, orders, rank_by_revenue, rank_by_revenue_from_bottom, rank_by_quantity, rank_by_quantity_from_bottom"
)


class MartExpectations:
    """Expected rows by mart. Members have unique names."""

    def __init__(self, warehouse: sa.Engine) -> None:
        with warehouse.connect() as connection:
            self.sales = [dict(row) for row in connection.execute(sa.text(_SALES)).mappings()]
            self.payments = [dict(row) for row in connection.execute(sa.text(_PAYMENTS)).mappings()]
            self.products = connection.exec_driver_sql("SELECT sku FROM dwh.dim_product WHERE product_key <> 0").scalars().all()

    def by_day(self, key: str) -> Rows:
        """Each day and region or category: measures, then the compared periods."""
        cells = _grouped(self.sales, lambda sale: (sale["day"], sale[key]))
        days = list(_days(self.sales))
        rows = []
        for name in {sale[key] for sale in self.sales}:
            revenue = {day: sum((sale["revenue"] for sale in cells.get((day, name), [])), Decimal(0)) for day in days}
            to_date: dict[date, Decimal] = {}
            in_order = list(revenue.values())
            for position, day in enumerate(days):
                before = to_date.get(day - timedelta(days=1), Decimal(0)) if (day.month, day.day) != (1, 1) else Decimal(0)
                to_date[day] = before + revenue[day]
                ago = _year_before(day)
                rows.append(
                    (
                        day,
                        name,
                        *_measures(cells.get((day, name), [])),
                        revenue.get(ago),
                        _sum_of(in_order, position - 27, position),
                        _sum_of(in_order, position - 55, position - 28),
                        to_date[day],
                        to_date.get(ago),
                    )
                )
        return sorted(rows)

    def by_month(self) -> Rows:
        """Each month, region and category: measures, previous month, previous year, year to date."""
        cells = _grouped(self.sales, lambda sale: (_month(sale["day"]), sale["region"], sale["category"]))
        months = sorted({_month(day) for day in _days(self.sales)})
        rows = []
        for pair in {(sale["region"], sale["category"]) for sale in self.sales}:
            revenue = [sum((sale["revenue"] for sale in cells.get((month, *pair), [])), Decimal(0)) for month in months]
            for position, month in enumerate(months):
                earlier = [revenue[position - back] if position >= back else None for back in (1, 12)]
                to_date = sum(amount for amount, other in zip(revenue, months, strict=True) if other[:4] == month[:4] and other <= month)
                rows.append((month, *pair, *_measures(cells.get((month, *pair), [])), *earlier, to_date))
        return sorted(rows)

    def ranking(self, first: date, last: date) -> Rows:
        """Every product over a period: measures and four ranks."""
        sold = _grouped([sale for sale in self.sales if first <= sale["day"] <= last], lambda sale: sale["sku"])
        measured = {sku: _measures(sold.get(sku, []))[:4] for sku in self.products}
        revenues, quantities = (sorted(measures[position] for measures in measured.values()) for position in (0, 1))
        return sorted(
            (sku, *measures, *_ranks(revenues, measures[0]), *_ranks(quantities, measures[1])) for sku, measures in measured.items()
        )

    def ranking_monthly(self) -> Rows:
        months = sorted({(day.year, day.month) for day in _days(self.sales)})
        spans = [(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])) for year, month in months]
        return [(_month(first), *row) for first, last in spans for row in self.ranking(first, last)]

    def employees(self) -> Rows:
        """Each month and employee: margin where the cost is known, share of revenue, rank."""
        cells = _grouped(self.sales, lambda sale: (_month(sale["day"]), sale["employee"]))
        revenue = {cell: sum(sale["revenue"] for sale in sales) for cell, sales in cells.items()}
        rows = []
        for (month, employee), sales in cells.items():
            known = [sale for sale in sales if sale["margin"] is not None]
            of_month = sum(amount for (other, _), amount in revenue.items() if other == month)
            better = sum(amount > revenue[month, employee] for (m, e), amount in revenue.items() if m == month and e != "(online)")
            rows.append(
                (
                    month,
                    employee,
                    _percent(sum(sale["margin"] for sale in known), sum(sale["revenue"] for sale in known)) if known else None,
                    _percent(revenue[month, employee], of_month),
                    None if employee == "(online)" else 1 + better,
                )
            )
        return sorted(rows)

    def payments_by_month(self) -> Rows:
        """Each month, region and method: amount, payments, average, share."""
        cells = _grouped(self.payments, lambda payment: (payment["year_month"], payment["region"], payment["method"]))
        amounts = {cell: sum(payment["amount"] for payment in payments) for cell, payments in cells.items()}
        return sorted(
            (
                *cell,
                amounts[cell],
                len(payments),
                cents(amounts[cell] / len(payments)),
                _percent(amounts[cell], sum(amount for other, amount in amounts.items() if other[:2] == cell[:2])),
            )
            for cell, payments in cells.items()
        )


def assert_marts_equal(warehouse: sa.Engine, *periods: tuple[date, date]) -> None:
    expected = MartExpectations(warehouse)

    def read(columns: str, mart: str) -> Rows:
        with warehouse.connect() as connection:
            return sorted(tuple(row) for row in connection.exec_driver_sql(f"SELECT {columns} FROM dwh.{mart}"))

    measures = "revenue, quantity, margin, orders, lines"
    assert read(f"sale_date, region, {measures}, {_COMPARED}", "mart_sales_by_region") == expected.by_day("region")
    assert read(f"sale_date, category, {measures}, {_COMPARED}", "mart_sales_by_category") == expected.by_day("category")
    by_month = f"year_month, region, category, {measures}, revenue_previous_month, revenue_year_ago, revenue_year_to_date"
    assert read(by_month, "mart_sales_by_month") == expected.by_month()
    assert read(f"year_month, {_RANKED}", "mart_product_ranking_monthly") == expected.ranking_monthly()
    shares = "year_month, employee, margin_percent, revenue_share_percent, rank_by_revenue"
    assert read(shares, "mart_employee_performance") == expected.employees()
    paid = "year_month, region, method, amount, payments, average_payment, amount_share_percent"
    assert read(paid, "mart_payments") == expected.payments_by_month()
    for first, last in periods:
        assert read(_RANKED, f"product_ranking('{first}', '{last}')") == expected.ranking(first, last), (first, last)


def _grouped(rows: Sequence[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)


def _days(sales: Sequence[Row]) -> Iterator[date]:
    first, last = min(sale["day"] for sale in sales), max(sale["day"] for sale in sales)
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _measures(sales: Sequence[Row]) -> tuple[Any, ...]:
    """Revenue, quantity, margin, orders, lines."""
    known = [sale["margin"] for sale in sales if sale["margin"] is not None]
    margin = sum(known) if known or not sales else None
    orders = len({sale["order_id"] for sale in sales})
    return sum(sale["revenue"] for sale in sales), sum(sale["quantity"] for sale in sales), margin, orders, len(sales)


def _sum_of(revenue: Sequence[Decimal], first: int, last: int) -> Decimal | None:
    """Revenue of the days at these positions; None if some are missing."""
    return sum(revenue[first : last + 1], Decimal(0)) if first >= 0 else None


def _ranks(ordered: Sequence[Any], value: Any) -> tuple[int, int]:
    """From top and bottom; equal values share a rank."""
    return 1 + len(ordered) - bisect_right(ordered, value), 1 + bisect_left(ordered, value)


def _year_before(day: date) -> date:
    return date(day.year - 1, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    return cents(100 * part / whole) if whole else None
