"""Writes each table's text into parts of about equal size."""

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from techmarket.extract.sealed import Part

log = logging.getLogger(__name__)

OnPart = Callable[[Part, Sequence[bytes]], None]


class PartWriters:
    """One writer a table; a successful end of the ``with`` block writes the last parts."""

    def __init__(self, directory: Path, part_bytes: int, on_part: OnPart) -> None:
        self._directory = directory
        self._part_bytes = part_bytes
        self._on_part = on_part
        self._writers: dict[str, _PartWriter] = {}
        self._adding = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None) -> None:
        if kind is None:
            for writer in self._writers.values():
                writer.write_the_rest()

    def __getitem__(self, table: str) -> "_PartWriter":
        with self._adding:
            if table not in self._writers:
                self._writers[table] = _PartWriter(table, self._directory, self._part_bytes, self._on_part)
            return self._writers[table]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The finished parts."""
        return tuple(part for writer in self._writers.values() for part in sorted(writer.parts, key=lambda part: part.file))

    @property
    def nul_bytes(self) -> dict[str, int]:
        """Removed bytes, by table."""
        return {table: writer.nul_bytes for table, writer in self._writers.items() if writer.nul_bytes}

    def warn_of_nul_bytes(self) -> None:
        """Log a line a table."""
        for table, count in self.nul_bytes.items():
            log.warning("table=%s nul_bytes=%d removed from its text: PostgreSQL cannot hold them", table, count)


class _PartWriter:
    def __init__(self, table: str, directory: Path, part_bytes: int, on_part: OnPart) -> None:
        self.rows = 0
        self.nul_bytes = 0
        self.parts: list[Part] = []
        self._table = table
        self._directory = directory
        self._part_bytes = part_bytes
        self._on_part = on_part
        self._unwritten = _Pages([], 0)
        self._begun = 0
        self._adding = threading.Lock()

    def write_the_rest(self) -> None:
        if self._unwritten.texts:
            self._write_part(*self._next_part())
        log.info("extract table=%s rows=%d parts=%d", self._table, self.rows, len(self.parts))

    def write(self, text: bytes, rows: int) -> None:
        """Take one page. The reader whose page fills a part writes its file while others continue."""
        nul_bytes = 0
        if b"\0" in text:  # PostgreSQL's text cannot hold NUL
            nul_bytes = text.count(b"\0")
            text = text.translate(None, b"\0")
        with self._adding:
            self.nul_bytes += nul_bytes
            self.rows += rows
            self._unwritten.texts.append(text)
            self._unwritten.rows += rows
            full = self._next_part() if self._unwritten.bytes >= self._part_bytes else None
        if full:
            self._write_part(*full)

    def _next_part(self) -> tuple[Path, "_Pages"]:
        pages, self._unwritten = self._unwritten, _Pages([], 0)
        self._begun += 1
        return self._directory / f"{self._table}.{self._begun:04}.copy", pages

    def _write_part(self, path: Path, pages: "_Pages") -> None:
        digest = hashlib.sha256()
        with path.open("wb") as file:
            for text in pages.texts:
                file.write(text)
                digest.update(text)
        part = Part(self._table, path.name, pages.rows, pages.bytes, digest.hexdigest())
        self.parts.append(part)
        self._on_part(part, pages.texts)


@dataclass(slots=True)
class _Pages:
    texts: list[bytes]
    rows: int

    @property
    def bytes(self) -> int:
        return sum(map(len, self.texts))
