"""Converts TIMESTAMP values to UTC exactly, or refuses."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ToUtc = Callable[[bytes], bytes]
"""Takes ``YYYY-MM-DD hh:mm:ss`` with any fraction; raises ValueError if ambiguous."""

_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
_HOUR = len("YYYY-MM-DD hh")
_SECOND = len("YYYY-MM-DD hh:mm:ss")
_HOURS_REMEMBERED = 2**16
_TWICE = "falls into the hour that its time zone runs through twice; export again with SET time_zone = '+00:00'"
_NEVER = "falls into an hour that its time zone leaves out, so it was written in another one; name that with --time-zone"


def zone_named(name: str) -> tzinfo:
    """MySQL's or IANA's name: ``+02:00``, ``Europe/Kyiv``.

    Raises:
        ValueError: the name is unknown.
    """
    if offset := _OFFSET.fullmatch(name):
        size = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-size if offset[1] == "-" else size)
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError as exc:
        raise ValueError(name) from exc


def to_utc_from(zone: tzinfo) -> ToUtc | None:
    """None for UTC itself."""
    if zone is UTC or getattr(zone, "key", "") == "UTC":
        return None

    @lru_cache(_HOURS_REMEMBERED)
    def utc_hour(hour: bytes) -> bytes | None:
        """``YYYY-MM-DD hh`` in UTC if the whole hour has one offset of whole hours."""
        first, last = (datetime.fromisoformat(f"{hour.decode()}:{rest}") for rest in ("00:00", "59:59"))
        offsets = {wall.replace(tzinfo=zone, fold=fold).utcoffset() for wall in (first, last) for fold in (0, 1)}
        offset = offsets.pop()
        if offsets or offset is None or offset % timedelta(hours=1):
            return None
        return (first - offset).isoformat(sep=" ").encode()[:_HOUR]

    def to_utc(rendered: bytes) -> bytes:
        hour = utc_hour(rendered[:_HOUR])
        return hour + rendered[_HOUR:] if hour else _exactly(rendered, zone)

    return to_utc


def _exactly(rendered: bytes, zone: tzinfo) -> bytes:
    wall = datetime.fromisoformat(rendered[:_SECOND].decode())
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first != second:
        # If the clock fell back, the second reading is the later instant; if it sprang forward, the earlier one.
        raise ValueError(_TWICE if first < second else _NEVER)
    return first.replace(tzinfo=None).isoformat(sep=" ").encode() + rendered[_SECOND:]
