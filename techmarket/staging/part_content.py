"""What COPY reads of one part: its file, hashed on the way, or the text that was hashed when the file was written."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from techmarket.errors import TransientError
from techmarket.extract.sealed import Part

COPY_CHUNK = 256 * 1024
"""Bytes that COPY asks for at once."""


class PartContent(Protocol):
    """Read to its end, it tells whether it was what the part is."""

    @property
    def sha256(self) -> str:
        """Of what was read."""

    def read(self, size: int, /) -> bytes:
        """Read like a file, :data:`COPY_CHUNK` bytes at most."""


@contextmanager
def part_content(part: Part, text: Sequence[bytes], directory: Path) -> Iterator[PartContent]:
    """The content of a part: ``text``, which was written into its file, or where that is empty the file, below ``directory``.

    Raises:
        TransientError: the file is not there.
    """
    if text:
        yield _InMemory(part, text)
        return
    with _opened(directory / part.file) as file:
        yield _Hashed(file)


class _InMemory:
    """The very bytes that were hashed while they were written: what is read is what the part's digest is of."""

    def __init__(self, part: Part, text: Sequence[bytes]) -> None:
        self.sha256 = part.sha256
        self._chunks = (page[at : at + COPY_CHUNK] for page in text for at in range(0, len(page), COPY_CHUNK))

    def read(self, _size: int, /) -> bytes:
        """The next chunk."""
        return next(self._chunks, b"")


class _Hashed:
    """A file that hashes what is read from it."""

    def __init__(self, file: BinaryIO) -> None:
        self._read = file.read
        self._digest = hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        """Read like a file."""
        data = self._read(size)
        self._digest.update(data)
        return data

    @property
    def sha256(self) -> str:
        """Of all that was read so far."""
        return self._digest.hexdigest()


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        msg = f"{path} is not there. Next: where workers are several, let TECHMARKET_EXTRACT_DIR be storage that all of them share."
        raise TransientError(msg) from None  # shared storage may show a new file a moment later
