"""The content of a part, from its file or from memory."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from techmarket.errors import TransientError
from techmarket.extract.sealed import Part

COPY_CHUNK = 256 * 1024


class PartContent(Protocol):
    """After the last read the hash shows whether it is the part's."""

    @property
    def sha256(self) -> str:
        """The hash of what was read."""

    def read(self, size: int, /) -> bytes:
        """At most :data:`COPY_CHUNK` bytes."""


@contextmanager
def part_content(part: Part, text: Sequence[bytes], directory: Path) -> Iterator[PartContent]:
    """``text``, or if empty the file below ``directory``.

    Raises:
        TransientError: the file is missing.
    """
    if text:
        yield _InMemory(part, text)
        return
    with _opened(directory / part.file) as file:
        yield _Hashed(file)


class _InMemory:
    def __init__(self, part: Part, text: Sequence[bytes]) -> None:
        self.sha256 = part.sha256
        self._chunks = (page[at : at + COPY_CHUNK] for page in text for at in range(0, len(page), COPY_CHUNK))

    def read(self, _size: int, /) -> bytes:
        return next(self._chunks, b"")


class _Hashed:
    def __init__(self, file: BinaryIO) -> None:
        self._read = file.read
        self._digest = hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        data = self._read(size)
        self._digest.update(data)
        return data

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        msg = f"{path} is not there. Next: where workers are several, let TECHMARKET_EXTRACT_DIR be storage that all of them share."
        raise TransientError(msg) from None  # shared storage may show a new file a moment later
