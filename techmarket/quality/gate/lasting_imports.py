"""Imports of much that stays for as long as the process does."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def lasting_import(package: str) -> Iterator[None]:
    """Keep the garbage collector away from what the block imports, unless the package is there already.

    Great Expectations leaves a quarter of a million objects: looking at them costs a process most of a second when it ends.
    """
    if package in sys.modules:
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
