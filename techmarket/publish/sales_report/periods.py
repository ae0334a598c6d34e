"""Periods, counted back from the last day with a sale."""

from dataclasses import dataclass
from datetime import date, timedelta

DAYS = 28


@dataclass(frozen=True, slots=True)
class Period:
    """Both ends included."""

    first: date
    last: date

    @classmethod
    def ending(cls, last: date) -> "Period":
        """28 days: four whole weeks, so weekends weigh equally."""
        return cls(last - timedelta(days=DAYS - 1), last)

    @property
    def before(self) -> "Period":
        """The 28 days before."""
        return Period.ending(self.first - timedelta(days=1))

    @property
    def year_ago(self) -> "Period":
        """The same calendar days; 29 February becomes the 28th."""
        return Period(_year_earlier(self.first), _year_earlier(self.last))


def last_full_month(first_sale: date, last_sale: date) -> str:
    """Such as 2026-10; without a complete month, that of the first sale."""
    over = (last_sale + timedelta(days=1)).replace(day=1) - timedelta(days=1)
    return f"{max(over, first_sale):%Y-%m}"


def month_before(day: date, months: int) -> str:
    """Such as 2026-06."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return f"{year}-{month + 1:02}"


def _year_earlier(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)
