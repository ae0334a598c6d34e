"""Renders exported records as MySQL renders a live extract.

Runs of plain lines pass in one piece; other records are parsed.
"""

import re

from techmarket.extract.dump.blocks import BadRecordError
from techmarket.extract.dump.forms import NULL, RECORD, Dialect
from techmarket.extract.dump.layout import Layout
from techmarket.extract.dump.time_zones import ToUtc
from techmarket.extract.dump.values import checked
from techmarket.model.column_types import Timestamp

_TO_ESCAPE = re.compile(rb"[\\\t\n\r]")
_ESCAPES = {b"\\": rb"\\", b"\t": rb"\t", b"\n": rb"\n", b"\r": rb"\r"}


class CopyText:
    """Renders one table's records."""

    def __init__(self, layout: Layout, dialect: Dialect, to_utc: ToUtc | None) -> None:
        columns = layout.table.columns
        self._columns_in_file = len(layout.columns)
        self._dialect = dialect
        self._plain_lines = re.compile(b"(?:" + dialect.plain_line(layout.columns) + b")*")
        self._positions = layout.positions
        self._checks = [(position, column, checked(column, to_utc)) for position, column in zip(self._positions, columns, strict=True)]
        self._conversions = [(n, column, to_utc) for n, column in enumerate(columns) if to_utc and isinstance(column.type, Timestamp)]
        self._passes_plain_lines = layout.columns == columns and not self._conversions

    def render(self, block: bytes) -> bytes:
        """The COPY text of whole records; it may contain NUL bytes.

        Raises:
            BadRecordError: a record is no UTF-8 or not MySQL's, or does not fit its columns.
        """
        _require_utf8(block)
        rendered, at = [], 0
        while at < len(block):
            end = _end(self._plain_lines, block, at)
            if end > at:
                rendered.append(self._plain(block, at, end))
            else:
                end = _end(RECORD, block, at)
                rendered.append(self._record(block, at, end))
            at = end
        return b"".join(rendered)

    def _plain(self, block: bytes, at: int, end: int) -> bytes:
        text = self._dialect.copy_text(block[at:end])
        if self._passes_plain_lines:
            return text
        lines = text.split(b"\n")[:-1]
        return b"".join(self._rearranged(line, block, at, number) for number, line in enumerate(lines))

    def _rearranged(self, line: bytes, block: bytes, at: int, number: int) -> bytes:
        found = line.split(b"\t")
        fields = [found[position] for position in self._positions]
        for n, column, to_utc in self._conversions:
            if fields[n] != NULL:
                try:
                    fields[n] = to_utc(fields[n])
                except ValueError as exc:
                    raise BadRecordError(block.count(b"\n", 0, at) + number, f"column {column.name} {exc}") from None
        return b"\t".join(fields) + b"\n"

    def _record(self, block: bytes, at: int, end: int) -> bytes:
        try:
            return b"\t".join(map(_copy_field, self._values(block[at : end - 1]))) + b"\n"
        except ValueError as exc:
            raise BadRecordError(block.count(b"\n", 0, at), str(exc)) from None

    def _values(self, record: bytes) -> list[bytes | None]:
        fields = self._dialect.split(record)
        if len(fields) != self._columns_in_file:
            msg = f"has {len(fields)} columns, read as {self._dialect.form}, expected {self._columns_in_file}"
            raise ValueError(msg)
        values = []
        for position, column, check in self._checks:
            try:
                values.append(check(self._dialect.value(fields[position], column)))
            except ValueError as exc:
                msg = f"column {column.name} {exc}"
                raise ValueError(msg) from None
        return values


def _end(pattern: re.Pattern[bytes], block: bytes, at: int) -> int:
    found = pattern.match(block, at)
    return found.end() if found else at


def _copy_field(value: bytes | None) -> bytes:
    return NULL if value is None else _TO_ESCAPE.sub(lambda character: _ESCAPES[character[0]], value)


def _require_utf8(block: bytes) -> None:
    try:
        block.decode()
    except UnicodeDecodeError as exc:
        msg = "is not UTF-8; export with CHARACTER SET utf8mb4"
        raise BadRecordError(block.count(b"\n", 0, exc.start), msg) from None
