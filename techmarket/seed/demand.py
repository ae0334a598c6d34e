"""Demand by hour over the history, in business time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from techmarket.seed.draw import Booleans, Fractions, Integers, positions_below

HOUR = 3600
DAY = 24 * HOUR
SALES_DAYS = 3 * 365
PRELUDE_DAYS = 5 * 365
"""Employees and customers join so long before sales."""

_BY_HOUR = (2, 1, 1, 1, 1, 1, 3, 8, 20, 38, 52, 60, 64, 62, 58, 58, 62, 72, 84, 88, 76, 52, 26, 8)
_BY_WEEKDAY = (9, 9, 9, 10, 12, 14, 11)
_BY_MONTH = (9, 8, 9, 8, 8, 8, 9, 10, 10, 10, 13, 16)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time zone's hourly offsets; instants are seconds since 1970-01-01 UTC."""

    opened: int
    first_sale: int
    until: int
    """Exclusive."""
    offsets: Integers
    """Seconds from UTC to business time, for each hour since ``opened``."""

    @classmethod
    def ending(cls, until: date, time_zone: ZoneInfo) -> "Clock":
        """A clock whose history ends when this day begins in business time."""
        end = _midnight(until, time_zone)
        opened = _midnight(until - timedelta(days=SALES_DAYS + PRELUDE_DAYS), time_zone)
        hours = range(opened, end + HOUR, HOUR)
        offsets = [_seconds_ahead(datetime.fromtimestamp(hour, time_zone)) for hour in hours]
        return cls(opened, _midnight(until - timedelta(days=SALES_DAYS), time_zone), end, np.array(offsets, dtype=np.int64))

    def local(self, instants: Integers) -> Integers:
        """Seconds on the business clock."""
        local: Integers = instants + self.offsets[(instants - self.opened) // HOUR]
        return local


class Demand:
    """Distributes orders over the history."""

    def __init__(self, clock: Clock) -> None:
        self._hours = np.arange(clock.first_sale, clock.until, HOUR, dtype=np.int64)
        local = clock.local(self._hours)
        days = local // DAY
        month = (local.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)) % 12
        campaign = np.array([_campaign_weight(day) for day in days.tolist()], dtype=np.int64)
        weights = (
            np.array(_BY_HOUR)[local // HOUR % 24]
            * np.array(_BY_WEEKDAY)[(days + 3) % 7]  # day 0, 1970-01-01, was a Thursday
            * np.array(_BY_MONTH)[month]
            * (100 + 40 * np.arange(len(self._hours)) // len(self._hours))  # 40 % growth over the history
            * campaign
        )
        self._weights: Integers = weights.astype(np.int64)
        self._bounds: Integers = np.cumsum(self._weights)
        self._campaign: Booleans = campaign > _ORDINARY_DAY

    def instants(self, shares: Fractions) -> Integers:
        """When these shares of all orders have been placed."""
        hour = positions_below(self._bounds, shares)
        into_hour = 1 - (self._bounds[hour] - shares * self._bounds[-1]) / self._weights[hour]
        instants: Integers = self._hours[hour] + (into_hour * HOUR).astype(np.int64)
        return instants

    def in_campaign(self, instants: Integers) -> Booleans:
        """Whether prices are reduced."""
        cut: Booleans = self._campaign[(instants - self._hours[0]) // HOUR]
        return cut


_ORDINARY_DAY = 10


def _campaign_weight(day: int) -> int:
    """Of a day since 1970-01-01; 10 on an ordinary one, more around Black Friday."""
    that_day = date(1970, 1, 1) + timedelta(days=day)
    november = date(that_day.year, 11, 1)
    black_friday = november + timedelta(days=(3 - november.weekday()) % 7 + 22)  # the day after the fourth Thursday
    return {-4: 14, -3: 14, -2: 16, -1: 20, 0: 45, 1: 35, 2: 28, 3: 22}.get((that_day - black_friday).days, _ORDINARY_DAY)


def _seconds_ahead(moment: datetime) -> int:
    return round((moment.utcoffset() or timedelta()).total_seconds())


def _midnight(day: date, time_zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=time_zone).timestamp())
