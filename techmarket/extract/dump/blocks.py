"""A file in blocks of whole records. Memory does not grow with the file."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

_BLOCK = 256 * 1024
_LONGEST_RECORD = 64 * 2**20
_BACKSLASH = ord("\\")


class BadRecordError(Exception):
    """A record's error, without values; ``line`` counts from 0 in its block."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(line, what)
        self.line = line
        self.what = what


def open_data(path: Path) -> BinaryIO:
    """Decompressed if the name ends in ``.gz``."""
    return cast("BinaryIO", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def blocks(file: BinaryIO, size: int = _BLOCK) -> Iterator[bytes]:
    """Yield whole records, about ``size`` bytes at a time.

    Raises:
        BadRecordError: a record has no end or is too long, or the gzip file is damaged; line 0 follows the last block.
    """
    rest = b""
    while chunk := _read(file, size):
        text = rest + chunk
        end = _end_of_records(text)
        if end:
            yield text[:end]
        rest = text[end:]
        if len(rest) > _LONGEST_RECORD:
            raise BadRecordError(0, f"goes on for more than {_LONGEST_RECORD} bytes")
    if rest:
        raise BadRecordError(0, "has no end: the file was cut")


def _read(file: BinaryIO, size: int) -> bytes:
    try:
        return file.read(size)
    except (gzip.BadGzipFile, zlib.error, EOFError):
        raise BadRecordError(0, "cannot be unpacked: the file was cut or damaged") from None


def _end_of_records(text: bytes) -> int:
    """After the last newline that no odd number of backslashes precedes."""
    newline = text.rfind(b"\n")
    while newline >= 0 and _backslashes_before(text, newline) % 2:
        newline = text.rfind(b"\n", 0, newline)
    return newline + 1


def _backslashes_before(text: bytes, end: int) -> int:
    at = end
    while at and text[at - 1] == _BACKSLASH:
        at -= 1
    return end - at
