"""Waiting for something to happen, and never longer than is reasonable."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(condition: Callable[[], T], *, seconds: float = 120, between: float = 0.02) -> T:
    """What the condition returns once that is true; it is looked at again after so many seconds ``between``."""
    deadline = time.monotonic() + seconds
    while not (met := condition()):
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s"
        time.sleep(between)
    return met
