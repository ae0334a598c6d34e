"""The calendar."""

import json
from collections.abc import Iterable

import pandas as pd
import sqlalchemy as sa

from techmarket.release.steps import run_step

_MONTHS = (
    "січень", "лютий", "березень", "квітень", "травень", "червень", "липень", "серпень", "вересень", "жовтень", "листопад", "грудень",
)  # fmt: skip
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("понеділок", "вівторок", "середа", "четвер", "п'ятниця", "субота", "неділя")
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def calendar_of(year: int) -> pd.DataFrame:
    """Every day of a year, as in dwh.dim_date.

    Weeks are ISO 8601's: a year's first days may belong to the last week of the year before.
    """
    days = pd.date_range(f"{year:04d}-01-01", f"{year:04d}-12-31", unit="s")
    iso = days.isocalendar()
    year_text = f"{year:04d}"
    return pd.DataFrame(
        {
            "date_key": days.year * 10_000 + days.month * 100 + days.day,
            "full_date": days.date,
            "year": days.year,
            "quarter": days.quarter,
            "month": days.month,
            "day_of_month": days.day,
            "day_of_week": iso["day"].to_numpy(),
            "iso_year": iso["year"].to_numpy(),
            "iso_week": iso["week"].to_numpy(),
            "year_quarter": [f"{year_text}-Q{quarter}" for quarter in days.quarter],
            "year_month": [f"{year_text}-{month:02d}" for month in days.month],
            "month_name": [_MONTHS[month - 1] for month in days.month],
            "month_name_en": [_MONTHS_EN[month - 1] for month in days.month],
            "day_name": [_DAYS[weekday] for weekday in days.day_of_week],
            "day_name_en": [_DAYS_EN[weekday] for weekday in days.day_of_week],
            "is_weekend": days.day_of_week >= 5,
        }
    )


def add_years(connection: sa.Connection, years: Iterable[int]) -> int:
    """Add missing days to dwh.dim_date; return how many."""
    days = [day for year in years for day in calendar_of(year).to_dict("records")]
    return run_step(connection, "dim_date/add_days", days=json.dumps(days, default=str)).rowcount
