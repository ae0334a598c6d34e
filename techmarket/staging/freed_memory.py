"""Memory that is free inside of this process, given back to the system."""

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Let glibc return what threads have freed, which it keeps for them: else it stays beside whatever the process needs next.

    Other C libraries have no such call, and are left to themselves.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
