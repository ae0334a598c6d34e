"""The files of an extract while it is written: each table's text in parts of about one size."""

import hashlib
import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from techmarket.sealed_extract import Part

log = logging.getLogger(__name__)

OnPart = Callable[[Part], None]
"""Called with each part as soon as its file is complete."""


class PartWriters:
    """One writer a table, made when first asked for."""

    def __init__(self, directory: Path, part_bytes: int, on_part: OnPart) -> None:
        self._directory = directory
        self._part_bytes = part_bytes
        self._on_part = on_part
        self._writers: dict[str, _PartWriter] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None) -> None:
        self._stack.__exit__(kind, exc, traceback)

    def __getitem__(self, table: str) -> "_PartWriter":
        if table not in self._writers:
            self._writers[table] = self._stack.enter_context(_PartWriter(table, self._directory, self._part_bytes, self._on_part))
        return self._writers[table]

    @property
    def parts(self) -> tuple[Part, ...]:
        """All finished parts."""
        return tuple(part for writer in self._writers.values() for part in writer.parts)

    @property
    def nul_bytes(self) -> dict[str, int]:
        """NUL bytes removed, by table; only tables that had some."""
        return {table: writer.nul_bytes for table, writer in self._writers.items() if writer.nul_bytes}

    def warn_of_nul_bytes(self) -> None:
        """Log what was removed, a line a table."""
        for table, count in self.nul_bytes.items():
            log.warning("table=%s nul_bytes=%d removed from its text: PostgreSQL cannot hold them", table, count)


class _PartWriter:
    """Writes one table's text into parts of about ``part_bytes``; the last part ends with the ``with`` block."""

    def __init__(self, table: str, directory: Path, part_bytes: int, on_part: OnPart) -> None:
        self.rows = 0
        self.nul_bytes = 0
        self.parts: list[Part] = []
        self._table = table
        self._directory = directory
        self._part_bytes = part_bytes
        self._on_part = on_part
        self._pages: list[bytes] = []
        self._page_rows = 0
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None) -> None:
        if kind is None:
            self._finish_part()
            log.info("extract table=%s rows=%d seconds=%.2f", self._table, self.rows, time.monotonic() - self._started)

    def write(self, text: bytes, rows: int) -> None:
        """Take one page."""
        nul_bytes = text.count(b"\0")
        if nul_bytes:  # PostgreSQL's text cannot hold NUL
            text = text.translate(None, b"\0")
            self.nul_bytes += nul_bytes
        self._pages.append(text)
        self._page_rows += rows
        self.rows += rows
        if sum(map(len, self._pages)) >= self._part_bytes:
            self._finish_part()

    def _finish_part(self) -> None:
        if not self._pages:
            return
        path = self._directory / f"{self._table}.{len(self.parts) + 1:04}.copy"
        digest = hashlib.sha256()
        with path.open("wb") as file:
            for text in self._pages:
                file.write(text)
                digest.update(text)
        size = sum(map(len, self._pages))
        part = Part(self._table, path.name, self._page_rows, size, digest.hexdigest())
        self._pages, self._page_rows = [], 0
        self.parts.append(part)
        self._on_part(part)
