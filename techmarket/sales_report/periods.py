"""The periods that the report compares, all counted from the last day with a sale."""

from dataclasses import dataclass
from datetime import date, timedelta

DAYS = 28


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included."""

    first: date
    last: date

    @classmethod
    def ending(cls, last: date) -> "Period":
        """The 28 days that end with a day: four whole weeks, so that weekends weigh the same in each."""
        return cls(last - timedelta(days=DAYS - 1), last)

    @property
    def before(self) -> "Period":
        """The 28 days before."""
        return Period.ending(self.first - timedelta(days=1))

    @property
    def year_ago(self) -> "Period":
        """The same weekdays a year before: 52 weeks earlier."""
        return Period.ending(self.last - timedelta(weeks=52))


def last_full_month(first_sale: date, last_sale: date) -> str:
    """The newest month that is over, such as 2026-10; the month of the first sale where none is over."""
    over = (last_sale + timedelta(days=1)).replace(day=1) - timedelta(days=1)
    return f"{max(over, first_sale):%Y-%m}"
