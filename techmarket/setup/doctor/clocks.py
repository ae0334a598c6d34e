"""Compares a server's clock with this machine's."""

from datetime import datetime, timedelta

from techmarket.setup.doctor.finding import Finding, ok, warn

_TOLERANCE = timedelta(seconds=5)


def compare_clocks(clock: datetime, before: datetime, after: datetime) -> Finding:
    """Judge a server's clock by this machine's, just before and after."""
    off = max(before - clock, clock - after, timedelta(0))
    if off > _TOLERANCE:
        return warn(f"{off.total_seconds():.0f} s away from this machine's clock", "synchronise both machines with NTP")
    return ok(f"within {_TOLERANCE.total_seconds():.0f} s of this machine's clock")
