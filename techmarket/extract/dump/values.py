"""Checks and converts one value of an export.

COPY takes a *plain* text unchanged; :func:`checked` would neither refuse nor change it.
"""

import re
from collections.abc import Callable
from datetime import date

from techmarket.extract.dump.time_zones import ToUtc
from techmarket.model.catalog import Column
from techmarket.model.column_types import Date, Decimal, Integer, LocalDatetime, Text, Timestamp

Convert = Callable[[bytes], bytes | None]
"""Returns the staged value, None for NULL; raises ValueError, without the value."""
Check = Callable[[bytes | None], bytes | None]
"""The same, for a value that may be NULL."""

_DAY = rb"[1-9][0-9]{3}-(?:(?:0[13-9]|1[0-2])-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13578]|1[02])-31)"
_ANY_DAY = rb"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_TIME = rb" (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_MICROSECONDS = rb"\.[0-9]{6}"


def plain_pattern(column: Column) -> bytes:
    """Excludes NULL; a text's depends on the file's form."""
    match column.type:
        case Integer(bits, unsigned):
            return (b"" if unsigned else b"-?") + b"[0-9]{1,%d}" % (len(str(2 ** (bits - 1))) - 1)
        case Decimal(precision, scale):
            return _decimal(precision, scale)
        case Date():
            return _DAY
        case LocalDatetime():
            return _DAY + _TIME
        case Timestamp():
            return _DAY + _TIME + _MICROSECONDS
        case Text():
            msg = f"{column.name} is a text"
            raise TypeError(msg)


def checked(column: Column, to_utc: ToUtc | None) -> Check:
    """The conversion into what MySQL renders for a live extract."""
    convert = _converter(column, to_utc)

    def check(value: bytes | None) -> bytes | None:
        if value is not None:
            return convert(value)
        if not column.nullable:
            msg = "is NULL, which the contract of techmarket/model/catalog.py does not allow"
            raise ValueError(msg)
        return None

    return check


def _converter(column: Column, to_utc: ToUtc | None) -> Convert:
    match column.type:
        case Text():
            return lambda value: value
        case Integer(bits, unsigned):
            return _integer(bits, unsigned=unsigned)
        case Decimal(precision, scale):
            return _matching(_decimal(precision, scale), f"is no number of {precision} digits with {scale} decimals")
        case Date():
            return _day_or_null(b"", "is no date")
        case LocalDatetime():
            return _day_or_null(_TIME, "is no date and time")
        case Timestamp():
            return _instant_or_null(_day_or_null(_TIME + _MICROSECONDS, "is no date and time with microseconds"), to_utc)


def _decimal(precision: int, scale: int) -> bytes:
    """MySQL writes all decimals, so swapped columns of different scale are found."""
    return b"-?[0-9]{1,%d}" % max(1, precision - scale) + (rb"\.[0-9]{%d}" % scale if scale else b"")


def _matching(pattern: bytes, otherwise: str) -> Callable[[bytes], bytes]:
    full = re.compile(pattern)

    def convert(value: bytes) -> bytes:
        if not full.fullmatch(value):
            raise ValueError(otherwise)
        return value

    return convert


def _integer(bits: int, *, unsigned: bool) -> Callable[[bytes], bytes]:
    low, high = (0, 2**bits - 1) if unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    otherwise = f"is no whole number from {low} to {high}"
    digits = _matching(rb"-?[0-9]{1,20}", otherwise)

    def convert(value: bytes) -> bytes:
        if not low <= int(digits(value)) <= high:
            raise ValueError(otherwise)
        return value

    return convert


def _day_or_null(rest: bytes, otherwise: str) -> Convert:
    """An impossible date, which some sql_modes allow, becomes NULL for the gate to find."""
    full = re.compile(_ANY_DAY + rest)

    def convert(value: bytes) -> bytes | None:
        day = full.fullmatch(value)
        if day is None:
            raise ValueError(otherwise)
        try:
            date(*map(int, day.groups()))
        except ValueError:
            return None
        return value

    return convert


def _instant_or_null(day_or_null: Convert, to_utc: ToUtc | None) -> Convert:
    def convert(value: bytes) -> bytes | None:
        instant = day_or_null(value)
        return instant if instant is None or to_utc is None else to_utc(instant)

    return convert
