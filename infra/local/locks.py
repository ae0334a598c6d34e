"""File locks between processes; the system releases them when their holder ends, however it ends."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive_lock(file: Path) -> Iterator[int]:
    """Hold the lock alone for the length of a block; waits for it.

    Yields:
        Its descriptor: a child process that is given it holds the lock too, even when its parent is killed.
    """
    with file.open("w") as lock:
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
