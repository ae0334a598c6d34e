"""A range of order dates, cut into calendar windows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from techmarket.errors import ConfigurationError

WINDOW_SIZE = r"month|week|day|[1-9][0-9]{0,2} days"
"""Regular expression of window sizes."""

MOST_WINDOWS = 1_000
_FIRST_DAY = date(1970, 1, 1)
_LAST_DAY = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Window:
    """Days of business time from ``start`` to ``end``, exclusive."""

    start: date
    end: date

    def __str__(self) -> str:
        return f"{self.start} to {self.end}"

    @property
    def date_keys(self) -> dict[str, int]:
        """The bounds as keys of ``dim_date``."""
        return {"start_key": int(f"{self.start:%Y%m%d}"), "end_key": int(f"{self.end:%Y%m%d}")}


@dataclass(frozen=True, slots=True)
class BackfillRange:
    """Order dates from ``start`` to ``end``, exclusive, in windows of ``size``.

    Raises:
        ConfigurationError: range or size is invalid; says what is valid.
    """

    start: date
    end: date
    size: str = "month"

    def __post_init__(self) -> None:
        problem = self._problem()
        if problem:
            msg = f"{problem} Nothing was started. Next: correct the parameters, then run again."
            raise ConfigurationError(msg)

    def __str__(self) -> str:
        return f"{self.start} to {self.end} by {self.size}"

    def _problem(self) -> str | None:
        if not re.fullmatch(WINDOW_SIZE, self.size):
            return f"A window of {self.size!r} is not known: it is month, week, day, or a number such as '10 days'."
        if not _FIRST_DAY <= self.start < self.end <= _LAST_DAY:
            return (
                f"The range {self.start} to {self.end} cannot be replayed: the start must be before the end, which is the first day"
                f" not replayed, and both from {_FIRST_DAY} to {_LAST_DAY}."
            )
        if sum(1 for _ in zip(self.windows(), range(MOST_WINDOWS + 1), strict=False)) > MOST_WINDOWS:
            return f"The range {self} has more than {MOST_WINDOWS:,} windows: make them larger."
        return None

    def windows(self) -> Iterator[Window]:
        """Windows by date. Months and weeks (from Monday) follow the calendar, so that the first and last may be shorter."""
        start = self.start
        while start < self.end:
            end = min(self._next_border(start), self.end)
            yield Window(start, end)
            start = end

    def _next_border(self, day: date) -> date:
        match self.size.split():
            case ["month"]:
                return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
            case ["week"]:
                return day + timedelta(days=7 - day.weekday())
            case ["day"]:
                return day + timedelta(days=1)
            case [days, _]:
                return day + timedelta(days=int(days))
        raise AssertionError(self.size)
