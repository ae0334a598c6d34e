"""The directory of an extract while it is written: what a full disk or a failure leaves behind."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from techmarket.errors import ConfigurationError

_DISK_REFUSES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR})


@contextmanager
def disk_errors(directory: Path) -> Iterator[None]:
    """Say what to do where the disk refuses to be written.

    Raises:
        ConfigurationError: it is full, or may not be written.
    """
    try:
        yield
    except OSError as exc:
        if exc.errno not in _DISK_REFUSES:
            raise
        remedy = "free space there, or set TECHMARKET_EXTRACT_DIR to a directory elsewhere"
        msg = f"Writing the extract to {directory}: {exc.strerror}. Next: {remedy}."
        raise ConfigurationError(msg) from None


@contextmanager
def removed_unless_sealed(directory: Path) -> Iterator[None]:
    """Remove what a failure leaves: nobody could use it, and it would keep a full disk full."""
    try:
        yield
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
