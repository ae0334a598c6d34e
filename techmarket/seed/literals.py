"""Arrays of values as MySQL literals. Money and discounts are whole numbers of the smallest unit."""

from collections.abc import Iterable
from decimal import Decimal

import numpy as np

from techmarket.seed.draw import Integers

Columns = dict[str, list[str]]
"""Literals of one table's rows, column by column in the order of the INSERT."""


def integers(values: Integers) -> list[str]:
    """Whole numbers."""
    return list(map(str, values.tolist()))


def money(cents: Integers) -> list[str]:
    """Non-negative amounts with two decimals."""
    return ["%d.%02d" % divmod(value, 100) for value in cents.tolist()]  # noqa: UP031 - called for millions of values: faster than str.format


def discounts(basis_points: Integers) -> list[str]:
    """Fractions below one with four decimals, given in ten-thousandths."""
    return [f"0.{value:04d}" for value in basis_points.tolist()]


def datetimes(seconds: Integers) -> list[str]:
    """DATETIME literals of seconds since 1970-01-01 00:00:00 on the same clock."""
    return _quoted_times(seconds.astype("datetime64[s]"))


def dates(seconds: Integers) -> list[str]:
    """DATE literals of the days of these seconds."""
    return _quoted_times(seconds.astype("datetime64[s]").astype("datetime64[D]"))


def timestamps(microseconds: Integers) -> list[str]:
    """TIMESTAMP(6) literals, for a session whose time zone is UTC."""
    return _quoted_times(microseconds.astype("datetime64[us]"))


def text(value: str | None) -> str:
    """A string literal that preserves every character, or NULL."""
    if value is None:
        return "NULL"
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def of_value(value: object) -> str:
    """The literal of a driver's value: numbers bare, all else quoted."""
    return str(value) if isinstance(value, int | Decimal) else text(value if value is None else str(value))


def texts(values: Iterable[str | None]) -> list[str]:
    """String literals; NULL for None."""
    return list(map(text, values))


def repeated(literals: list[str], positions: Integers) -> list[str]:
    """The literals at these positions."""
    return [literals[position] for position in positions.tolist()]


def _quoted_times(times: np.ndarray) -> list[str]:
    return [f"'{time}'" for time in np.datetime_as_string(times).tolist()]
