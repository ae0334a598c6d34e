"""Large imports that last as long as the process."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def lasting_import(package: str) -> Iterator[None]:
    """Exempt the block's imports from garbage collection, unless ``package`` is loaded already.

    Great Expectations creates many objects, and a collector that scans them delays the process at its end.
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
