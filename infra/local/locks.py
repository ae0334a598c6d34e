"""File locks between processes; the system releases them when their holder ends, however it ends."""

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)


@contextmanager
def exclusive_lock(file: Path) -> Iterator[int]:
    """Hold the lock alone for the length of a block; waits for it, and says so where people see it without any set-up of logging.

    Yields:
        Its descriptor: a child process that is given it holds the lock too, even when its parent is killed.
    """
    with file.open("w") as lock:
        if not _becomes_exclusive(lock.fileno()):
            logger.warning("Waiting for another process at work in %s", file.parent)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


@contextmanager
def shared_lock(file: Path, *, last_one_out: Callable[[], object]) -> Iterator[None]:
    """Hold the lock together with others for the length of a block; whoever leaves last calls ``last_one_out``."""
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
