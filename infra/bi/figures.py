"""The key figures of ``docs/kpi.md`` in DAX, each once."""

from dataclasses import dataclass
from typing import Final

UAH: Final = '#,0.00\\ "UAH"'
WHOLE: Final = "#,0"
PERCENT: Final = "0.00%"


@dataclass(frozen=True)
class Figure:
    """A measure of the semantic model."""

    name: str
    table: str
    folder: str
    format: str
    meaning: str
    dax: str


def _sales(name: str, folder: str, format_: str, meaning: str, dax: str) -> Figure:
    return Figure(name, "fact_sales", folder, format_, meaning, dax)


def _payments(name: str, format_: str, meaning: str, dax: str) -> Figure:
    return Figure(name, "fact_payments", "Payments", format_, meaning, dax)


def _rank(by: str, column: str, *, from_bottom: bool) -> Figure:
    """Among all products, those without a sale included; equal values share a rank, as in the marts."""
    end, order = (" from bottom", "ASC") if from_bottom else ("", "DESC")
    return _sales(
        f"Product rank by {by}{end}",
        "Ranks",
        WHOLE,
        f"Place of a product by {by}{', the least first' if from_bottom else ''}; products not sold are counted",
        "IF ( HASONEVALUE ( dim_product[product_key] ) && SELECTEDVALUE ( dim_product[product_key] ) <> 0, "
        f"RANKX ( FILTER ( ALL ( dim_product ), dim_product[product_key] <> 0 ), [{column}] + 0, , {order}, SKIP ) )",
    )


FIGURES: Final = (
    _sales("Revenue", "Sales", UAH, "Revenue after discount", "SUM ( fact_sales[revenue] )"),
    _sales("Quantity", "Sales", WHOLE, "Pieces sold", "SUM ( fact_sales[quantity] )"),
    _sales("Discount", "Sales", UAH, "Discount given", "SUM ( fact_sales[discount_amount] )"),
    _sales("Cost", "Sales", UAH, "Cost of the lines whose cost is known", "SUM ( fact_sales[cost] )"),
    _sales("Margin", "Sales", UAH, "Margin of the lines whose cost is known", "SUM ( fact_sales[margin] )"),
    _sales(
        "Margin %", "Sales", PERCENT, "Margin by revenue of the lines whose cost is known",
        "DIVIDE ( [Margin], CALCULATE ( [Revenue], KEEPFILTERS ( NOT ISBLANK ( fact_sales[cost] ) ) ) )",
    ),
    _sales("Orders", "Sales", WHOLE, "Distinct orders", "DISTINCTCOUNT ( fact_sales[order_id] )"),
    _sales("Lines", "Sales", WHOLE, "Order lines", "COUNTROWS ( fact_sales )"),
    _sales("Average check", "Sales", UAH, "Revenue by distinct orders", "DIVIDE ( [Revenue], [Orders] )"),
    _sales(
        "Revenue previous month", "Earlier periods", UAH, "Revenue of the month before",
        "CALCULATE ( [Revenue], PREVIOUSMONTH ( dim_date[full_date] ) )",
    ),
    _sales(
        "Revenue year ago", "Earlier periods", UAH, "Revenue of the same period of the year before",
        "CALCULATE ( [Revenue], SAMEPERIODLASTYEAR ( dim_date[full_date] ) )",
    ),
    _sales(
        "Revenue year to date", "Earlier periods", UAH, "Revenue from 1 January to the last day shown",
        "TOTALYTD ( [Revenue], dim_date[full_date] )",
    ),
    _sales(
        "Revenue year to date year ago", "Earlier periods", UAH, "Revenue from 1 January to the same day of the year before",
        "CALCULATE ( [Revenue year to date], SAMEPERIODLASTYEAR ( dim_date[full_date] ) )",
    ),
    _sales(
        "Revenue 28 days", "Earlier periods", UAH, "Revenue of the 28 days that end with the last day shown",
        "CALCULATE ( [Revenue], DATESINPERIOD ( dim_date[full_date], MAX ( dim_date[full_date] ), -28, DAY ) )",
    ),
    _sales(
        "Revenue previous 28 days", "Earlier periods", UAH, "Revenue of the 28 days before those",
        "CALCULATE ( [Revenue], DATESINPERIOD ( dim_date[full_date], MAX ( dim_date[full_date] ) - 28, -28, DAY ) )",
    ),
    _sales(
        "Revenue share %", "Sales", PERCENT, "Revenue of an employee by revenue of all, online orders included",
        "DIVIDE ( [Revenue], CALCULATE ( [Revenue], REMOVEFILTERS ( dim_employee ) ) )",
    ),
    _sales(
        "Employee rank", "Ranks", WHOLE, "Place of an employee by revenue; online orders have none",
        "IF ( HASONEVALUE ( dim_employee[employee_key] ) && SELECTEDVALUE ( dim_employee[employee_key] ) <> 0 "
        "&& NOT ISBLANK ( [Revenue] ), "
        "RANKX ( FILTER ( ALL ( dim_employee ), dim_employee[employee_key] <> 0 ), [Revenue], , DESC, SKIP ) )",
    ),
    _rank("revenue", "Revenue", from_bottom=False),
    _rank("revenue", "Revenue", from_bottom=True),
    _rank("quantity", "Quantity", from_bottom=False),
    _rank("quantity", "Quantity", from_bottom=True),
    _payments("Amount paid", UAH, "Payments received, whatever became of the order", "SUM ( fact_payments[amount] )"),
    _payments("Payments", WHOLE, "Payments", "COUNTROWS ( fact_payments )"),
    _payments("Average payment", UAH, "Amount by payments", "DIVIDE ( [Amount paid], [Payments] )"),
    _payments(
        "Method share %", PERCENT, "Amount of a method by amount of all methods",
        "DIVIDE ( [Amount paid], CALCULATE ( [Amount paid], REMOVEFILTERS ( fact_payments[method] ) ) )",
    ),
)  # fmt: skip
