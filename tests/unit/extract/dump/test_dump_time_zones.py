from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techmarket.extract.dump.time_zones import to_utc_from, zone_named

ZONES = ["Europe/Kyiv", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "Africa/Monrovia", "+05:45", "-03:30"]


@pytest.mark.parametrize("name", ZONES)
@given(instant=st.datetimes(datetime(1970, 1, 2), datetime(2038, 1, 18)))  # noqa: DTZ001 - UTC is added
def test_every_instant_that_its_zone_shows_once_comes_back(name: str, instant: datetime) -> None:
    zone, instant = zone_named(name), instant.replace(tzinfo=UTC)
    wall = instant.astimezone(zone)
    to_utc = to_utc_from(zone)
    assert to_utc
    if wall.utcoffset() == wall.replace(fold=1 - wall.fold).utcoffset():
        assert to_utc(f"{wall:%Y-%m-%d %H:%M:%S.%f}".encode()) == f"{instant:%Y-%m-%d %H:%M:%S.%f}".encode()
    else:
        with pytest.raises(ValueError, match="runs through twice"):
            to_utc(f"{wall:%Y-%m-%d %H:%M:%S.%f}".encode())


@pytest.mark.parametrize(
    ("rendered", "why"),
    [
        ("2026-10-25 03:00:00.000000", "runs through twice"),
        ("2026-10-25 03:59:59.999999", "runs through twice"),
        ("2026-03-29 03:00:00.000000", "leaves out"),
        ("2026-03-29 03:59:59.999999", "leaves out"),
    ],
)
def test_both_nights_of_the_clock_change_in_kyiv(rendered: str, why: str) -> None:
    to_utc = to_utc_from(ZoneInfo("Europe/Kyiv"))
    assert to_utc
    with pytest.raises(ValueError, match=why):
        to_utc(rendered.encode())


@pytest.mark.parametrize(
    ("rendered", "utc"),
    [
        ("2026-10-25 02:59:59.999999", "2026-10-24 23:59:59.999999"),
        ("2026-10-25 04:00:00.000000", "2026-10-25 02:00:00.000000"),
        ("2026-03-29 02:59:59.999999", "2026-03-29 00:59:59.999999"),
        ("2026-03-29 04:00:00.000000", "2026-03-29 01:00:00.000000"),
        ("2026-01-01 01:30:00.5", "2025-12-31 23:30:00.5"),
    ],
)
def test_what_lies_next_to_those_hours_is_certain(rendered: str, utc: str) -> None:
    to_utc = to_utc_from(ZoneInfo("Europe/Kyiv"))
    assert to_utc
    assert to_utc(rendered.encode()) == utc.encode()


def test_utc_needs_no_conversion() -> None:
    assert to_utc_from(UTC) is to_utc_from(ZoneInfo("UTC")) is None
    assert zone_named("+02:00").utcoffset(None) == timedelta(hours=2)
