"""Arrays as MySQL literals. Money and discounts are in the smallest unit."""

from collections.abc import Iterable
from decimal import Decimal

import numpy as np

from techmarket.seed.draw import Integers

Columns = dict[str, list[str]]
"""Literals by column, in the INSERT's order."""


def integers(values: Integers) -> list[str]:
    """Whole numbers."""
    return list(map(str, values.tolist()))


def money(cents: Integers) -> list[str]:
    """Non-negative amounts with two decimals."""
    return ["%d.%02d" % divmod(value, 100) for value in cents.tolist()]  # noqa: UP031 - called for millions of values: faster than str.format


def discounts(basis_points: Integers) -> list[str]:
    """Fractions below one with four decimals, from ten-thousandths."""
    return [f"0.{value:04d}" for value in basis_points.tolist()]


def datetimes(seconds: Integers) -> list[str]:
    """DATETIMEs of seconds since 1970-01-01 00:00:00 on the same clock."""
    return _quoted_times(seconds.astype("datetime64[s]"))


def dates(seconds: Integers) -> list[str]:
    """DATEs of these seconds."""
    return _quoted_times(seconds.astype("datetime64[s]").astype("datetime64[D]"))


def timestamps(microseconds: Integers) -> list[str]:
    """TIMESTAMP(6)s, for a session in UTC."""
    return _quoted_times(microseconds.astype("datetime64[us]"))


def text(value: str | None) -> str:
    """A string that preserves every character, or NULL."""
    if value is None:
        return "NULL"
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def of_value(value: object) -> str:
    """A driver's value: numbers bare, all else quoted."""
    return str(value) if isinstance(value, int | Decimal) else text(value if value is None else str(value))


def texts(values: Iterable[str | None]) -> list[str]:
    """Strings; NULL for None."""
    return list(map(text, values))


def repeated(literals: list[str], positions: Integers) -> list[str]:
    """The literals at these positions."""
    return [literals[position] for position in positions.tolist()]


def _quoted_times(times: np.ndarray) -> list[str]:
    return [f"'{time}'" for time in np.datetime_as_string(times).tolist()]
