"""An extract's directory: who may read it, disk errors, clean-up."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from techmarket.errors import ConfigurationError

_DISK_REFUSES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST})


def make_private(directory: Path) -> None:
    """Make a directory that only its owner can enter: an extract holds customers' names and addresses."""
    directory.mkdir(mode=0o700, parents=True)


@contextmanager
def disk_errors(directory: Path) -> Iterator[None]:
    """Turn a disk's refusal into an error with a remedy.

    Raises:
        ConfigurationError: the disk is full or not writable.
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
    """Remove the directory on failure: it would keep a full disk full."""
    try:
        yield
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
