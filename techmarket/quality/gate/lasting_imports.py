"""Large imports, excluded from garbage collection."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def lasting_import(package: str) -> Iterator[None]:
    """Exempt the block's imports from collection, unless ``package`` is loaded already.

    Scanning Great Expectations' many objects would delay the process at its end.
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
