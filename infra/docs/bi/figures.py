"""The key figures of ``docs/kpi.md`` in DAX, and in SQL for the tests."""

from dataclasses import dataclass
from typing import Final

UAH: Final = '#,0.00\\ "UAH"'
WHOLE: Final = "#,0"
PERCENT: Final = "0.00%"
DAY: Final = "yyyy-mm-dd"

MONTH: Final = "date_trunc('month', :day)"
YEAR_AGO: Final = ":day - INTERVAL '1 year'"


@dataclass(frozen=True)
class Figure:
    """A measure of the semantic model."""

    name: str
    table: str
    folder: str
    format: str
    meaning: str
    dax: str
    sql: str
    """Over ``f``, the facts of a cell (ranks, shares: of all members). Earlier periods: over ``lines`` for ``:day``."""


def _sales(name: str, folder: str, format_: str, meaning: str, dax: str, *, sql: str) -> Figure:
    return Figure(name, "fact_sales", folder, format_, meaning, dax, sql)


def _payments(name: str, format_: str, meaning: str, dax: str, *, sql: str) -> Figure:
    return Figure(name, "fact_payments", "Payments", format_, meaning, dax, sql)


def _earlier(name: str, meaning: str, *, dates: str, known_from: str, days: str, known_from_day: str) -> Figure:
    """Blank outside the days of sales; 0 without sales in the earlier period."""
    return _sales(
        name,
        "Earlier periods",
        UAH,
        meaning,
        f"IF ( {known_from} >= [First day of sales] && MIN ( dim_date[Date] ) <= [Last day of sales], "
        f"CALCULATE ( [Revenue], {dates} ) + 0 )",
        sql=f"SELECT coalesce(sum(l.revenue), 0) FROM lines AS l WHERE l.day BETWEEN {days} "  # noqa: S608 - of declarations alone
        f"HAVING {known_from_day} >= (SELECT min(day) FROM lines) AND :day <= (SELECT max(day) FROM lines)",
    )


def _rank(by: str, column: str, *, from_bottom: bool) -> Figure:
    """Ranks all products, sold or not; equal values share a rank."""
    end, order = (" from bottom", "ASC") if from_bottom else ("", "DESC")
    return _sales(
        f"Product rank by {by}{end}",
        "Ranks",
        WHOLE,
        f"Place of a product by {by}{', the least first' if from_bottom else ''}; products not sold are counted",
        "IF ( HASONEVALUE ( dim_product[Product key] ) && SELECTEDVALUE ( dim_product[Product key] ) <> 0, "
        "RANKX ( FILTER ( ALL ( dim_product ), dim_product[Product key] <> 0 ), "
        f"CALCULATE ( [{column}], REMOVEFILTERS ( dim_category ) ) + 0, , {order}, SKIP ) )",
        sql=f"rank() OVER (ORDER BY coalesce(sum(f.{by}), 0) {order})",
    )


FIGURES: Final = (
    _sales("Revenue", "Sales", UAH, "Revenue after discount", "SUM ( fact_sales[Line revenue] )", sql="sum(f.revenue)"),
    _sales("Quantity", "Sales", WHOLE, "Pieces sold", "SUM ( fact_sales[Line quantity] )", sql="sum(f.quantity)"),
    _sales("Discount", "Sales", UAH, "Discount given", "SUM ( fact_sales[Line discount amount] )", sql="sum(f.discount_amount)"),
    _sales("Cost", "Sales", UAH, "Cost of the lines whose cost is known", "SUM ( fact_sales[Line cost] )", sql="sum(f.cost)"),
    _sales("Margin", "Sales", UAH, "Margin of the lines whose cost is known", "SUM ( fact_sales[Line margin] )", sql="sum(f.margin)"),
    _sales(
        "Margin %", "Sales", PERCENT, "Margin by revenue of the lines whose cost is known",
        "DIVIDE ( [Margin], CALCULATE ( [Revenue], KEEPFILTERS ( NOT ( ISBLANK ( fact_sales[Line cost] ) ) ) ) )",
        sql="sum(f.margin) / sum(f.revenue) FILTER (WHERE f.cost IS NOT NULL)",
    ),
    _sales("Orders", "Sales", WHOLE, "Distinct orders", "DISTINCTCOUNT ( fact_sales[Order id] )", sql="count(DISTINCT f.order_id)"),
    _sales("Lines", "Sales", WHOLE, "Order lines", "COUNTROWS ( fact_sales )", sql="count(*)"),
    _sales(
        "Average check", "Sales", UAH, "Revenue by distinct orders", "DIVIDE ( [Revenue], [Orders] )",
        sql="sum(f.revenue) / count(DISTINCT f.order_id)",
    ),
    _sales(
        "First day of sales", "Earlier periods", DAY, "The first day with a sale, whatever is filtered",
        "CALCULATE ( MINX ( fact_sales, RELATED ( dim_date[Date] ) ), ALL ( ) )", sql="SELECT min(l.day) FROM lines AS l",
    ),
    _sales(
        "Last day of sales", "Earlier periods", DAY, "The last day with a sale, whatever is filtered",
        "CALCULATE ( MAXX ( fact_sales, RELATED ( dim_date[Date] ) ), ALL ( ) )", sql="SELECT max(l.day) FROM lines AS l",
    ),
    _earlier(
        "Revenue previous month", "Revenue of the month before",
        dates="PREVIOUSMONTH ( dim_date[Date] )", known_from="EOMONTH ( MIN ( dim_date[Date] ), -1 )",
        days=f"{MONTH} - INTERVAL '1 month' AND {MONTH} - INTERVAL '1 day'", known_from_day=f"{MONTH} - INTERVAL '1 day'",
    ),
    _earlier(
        "Revenue year ago", "Revenue of the same period of the year before; 29 February is compared with 28 February",
        dates="SAMEPERIODLASTYEAR ( dim_date[Date] )", known_from="EDATE ( MAX ( dim_date[Date] ), -12 )",
        days=f"{YEAR_AGO} AND {YEAR_AGO}", known_from_day=YEAR_AGO,
    ),
    _earlier(
        "Revenue year to date", "Revenue from 1 January to the last day shown",
        dates="DATESYTD ( dim_date[Date] )", known_from="MAX ( dim_date[Date] )",
        days="date_trunc('year', :day) AND :day", known_from_day=":day",
    ),
    _earlier(
        "Revenue year to date year ago", "Revenue from 1 January to the same day of the year before",
        dates="DATESYTD ( SAMEPERIODLASTYEAR ( dim_date[Date] ) )", known_from="EDATE ( MAX ( dim_date[Date] ), -12 )",
        days=f"date_trunc('year', {YEAR_AGO}) AND {YEAR_AGO}", known_from_day=YEAR_AGO,
    ),
    _earlier(
        "Revenue 28 days", "Revenue of the 28 days that end with the last day shown",
        dates="DATESINPERIOD ( dim_date[Date], MAX ( dim_date[Date] ), -28, DAY )",
        known_from="MAX ( dim_date[Date] ) - 27",
        days=":day - INTERVAL '27 days' AND :day", known_from_day=":day - INTERVAL '27 days'",
    ),
    _earlier(
        "Revenue previous 28 days", "Revenue of the 28 days before those",
        dates="DATESINPERIOD ( dim_date[Date], MAX ( dim_date[Date] ) - 28, -28, DAY )",
        known_from="MAX ( dim_date[Date] ) - 55",
        days=":day - INTERVAL '55 days' AND :day - INTERVAL '28 days'", known_from_day=":day - INTERVAL '55 days'",
    ),
    _sales(
        "Revenue share %", "Sales", PERCENT, "Revenue of an employee by revenue of all, online orders included",
        "DIVIDE ( [Revenue], CALCULATE ( [Revenue], REMOVEFILTERS ( dim_employee ) ) )",
        sql="sum(f.revenue) / sum(sum(f.revenue)) OVER ()",
    ),
    _sales(
        "Employee rank", "Ranks", WHOLE, "Place of an employee by revenue; online orders have none",
        "IF ( HASONEVALUE ( dim_employee[Employee key] ) && SELECTEDVALUE ( dim_employee[Employee key] ) <> 0 "
        "&& NOT ( ISBLANK ( [Revenue] ) ), "
        "RANKX ( FILTER ( ALL ( dim_employee ), dim_employee[Employee key] <> 0 ), [Revenue], , DESC, SKIP ) )",
        sql="CASE WHEN f.employee_key <> 0 THEN rank() OVER (PARTITION BY f.employee_key = 0 ORDER BY sum(f.revenue) DESC) END",
    ),
    _rank("revenue", "Revenue", from_bottom=False),
    _rank("revenue", "Revenue", from_bottom=True),
    _rank("quantity", "Quantity", from_bottom=False),
    _rank("quantity", "Quantity", from_bottom=True),
    _payments(
        "Amount paid", UAH, "Payments received, whatever became of the order", "SUM ( fact_payments[Payment amount] )", sql="sum(f.amount)",
    ),
    _payments("Payments", WHOLE, "Payments", "COUNTROWS ( fact_payments )", sql="count(*)"),
    _payments("Average payment", UAH, "Amount by payments", "DIVIDE ( [Amount paid], [Payments] )", sql="sum(f.amount) / count(*)"),
    _payments(
        "Method share %", PERCENT, "Amount of a method by amount of all methods",
        "DIVIDE ( [Amount paid], CALCULATE ( [Amount paid], REMOVEFILTERS ( fact_payments[Payment method] ) ) )",
        sql="sum(f.amount) / sum(sum(f.amount)) OVER ()",
    ),
)  # fmt: skip
