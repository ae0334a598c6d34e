"""File locks, released when the holder ends."""

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)


@contextmanager
def exclusive_lock(file: Path) -> Iterator[int]:
    """Hold the lock alone, with a warning if it waits.

    Yields its descriptor: a child that inherits it keeps the lock.
    """
    with file.open("w") as lock:
        if not _becomes_exclusive(lock.fileno()):
            logger.warning("Waiting for another process that uses %s", file.parent)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


@contextmanager
def shared_lock(file: Path, *, last_one_out: Callable[[], object]) -> Iterator[None]:
    """Share the lock; the last holder calls ``last_one_out``."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        try:
            yield
        finally:
            if _becomes_exclusive(lock.fileno()):
                last_one_out()


def _becomes_exclusive(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
