from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techmarket.backfill.fingerprint import Fingerprint
from techmarket.backfill.windows import BackfillRange, Window
from techmarket.errors import ConfigurationError


@pytest.mark.parametrize(
    ("size", "borders"),
    [
        ("month", ["2025-12-31", "2026-01-01", "2026-02-01", "2026-02-15"]),
        ("week", ["2025-12-31", "2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26", "2026-02-02", "2026-02-09", "2026-02-15"]),
        ("30 days", ["2025-12-31", "2026-01-30", "2026-02-15"]),
        ("999 days", ["2025-12-31", "2026-02-15"]),
    ],
)
def test_a_range_is_cut_along_the_calendar(size: str, borders: list[str]) -> None:
    windows = list(BackfillRange(date(2025, 12, 31), date(2026, 2, 15), size).windows())
    assert [f"{window}" for window in windows] == [f"{a} to {b}" for a, b in pairwise(borders)]


@given(
    start=st.dates(date(1970, 1, 1), date(2100, 1, 1)), days=st.integers(1, 900), size=st.sampled_from(["month", "week", "day", "7 days"])
)
def test_every_day_of_the_range_is_in_one_window(start: date, days: int, size: str) -> None:
    windows = list(BackfillRange(start, start + timedelta(days=days), size).windows())
    assert windows[0].start == start
    assert windows[-1].end == start + timedelta(days=days)
    assert all(before.end == after.start for before, after in pairwise(windows))
    assert all(window.start < window.end for window in windows)


@pytest.mark.parametrize(
    ("start", "end", "size", "said"),
    [
        (date(2026, 2, 1), date(2026, 1, 1), "month", "the start must be before the end"),
        (date(2026, 1, 1), date(2026, 1, 1), "day", "the start must be before the end"),
        (date(1969, 12, 31), date(2026, 1, 1), "month", "both from 1970-01-01 to 2200-01-01"),
        (date(2026, 1, 1), date(2201, 1, 1), "month", "both from 1970-01-01 to 2200-01-01"),
        (date(2020, 1, 1), date(2026, 1, 1), "day", "has more than 1,000 windows: make them larger"),
        (date(2026, 1, 1), date(2026, 2, 1), "fortnight", "it is month, week, day, or a number such as '10 days'"),
        (date(2026, 1, 1), date(2026, 2, 1), "0 days", "it is month, week, day, or a number such as '10 days'"),
    ],
)
def test_what_cannot_be_replayed_is_refused_with_what_can(start: date, end: date, size: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"{said}.* Nothing was started\. Next: "):
        BackfillRange(start, end, size)


def test_a_thousand_windows_are_not_too_many() -> None:
    assert len(list(BackfillRange(date(2020, 1, 1), date(2020, 1, 1) + timedelta(days=1000), "day").windows())) == 1000


def test_the_bounds_of_a_window_are_keys_of_the_calendar() -> None:
    assert Window(date(2026, 1, 5), date(2026, 12, 31)).date_keys == {"start_key": 20260105, "end_key": 20261231}


def test_fingerprints_add_up_without_leaving_their_digits() -> None:
    almost = Fingerprint(1, 2, "f" * 32)
    assert almost + Fingerprint(3, 4, "0" * 15 + "1" + "0" * 15 + "2") == Fingerprint(4, 6, "0" * 31 + "1")
    assert almost + Fingerprint() == almost
