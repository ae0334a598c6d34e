"""Aligned columns on a wide terminal, else a paragraph a row."""

import textwrap
from collections.abc import Mapping, Sequence

Row = Mapping[str, object]

_GAP = "  "
_LEAST_TEXT = 16
"""Of a wrapped text column."""


def table_lines(rows: Sequence[Row], *, width: int | None) -> list[str]:
    """Rows of equal keys as lines of at most ``width`` columns (None: unlimited)."""
    if not rows:
        return []
    cells = [list(rows[0]), *([_shown(value) for value in row.values()] for row in rows)]
    numbers = [isinstance(value, int) for value in rows[0].values()]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    too_much = 0 if width is None else sum(widths) + len(_GAP) * (len(widths) - 1) - width
    if too_much > 0:
        texts = [place for place, is_number in enumerate(numbers) if not is_number]
        widest = max(texts, key=lambda place: widths[place], default=None)
        if widest is None or widths[widest] - too_much < _LEAST_TEXT:
            return _paragraphs(cells, width or 0)
        widths[widest] -= too_much
    return [line for row in cells for line in _aligned(row, widths, numbers)]


def _aligned(row: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> list[str]:
    """Wraps cells wider than their column."""
    columns = [_broken(text, width) for text, width in zip(row, widths, strict=True)]
    height = max(map(len, columns))
    filled = [[*column, *[""] * (height - len(column))] for column in columns]
    lines = []
    for parts in zip(*filled, strict=True):
        padded = (part.rjust(width) if number else part.ljust(width) for part, width, number in zip(parts, widths, numbers, strict=True))
        lines.append(_GAP.join(padded).rstrip())
    return lines


def _broken(text: str, width: int) -> list[str]:
    """A cell's lines. Breaks after a dot, underscore, hyphen or space if possible."""
    if len(text) <= width:
        return [text]
    joints = text.replace(".", ".\0").replace("_", "_\0").replace("-", "-\0").replace(" ", " \0").split("\0")
    lines = [""]
    for piece in joints:
        if len(lines[-1] + piece.rstrip()) <= width:
            lines[-1] += piece
        else:
            lines += textwrap.wrap(piece, width) or [""]
    return [line.rstrip() for line in lines if line]


def _paragraphs(cells: Sequence[Sequence[str]], width: int) -> list[str]:
    """A row's first cell, then the others with column names."""
    names, *rows = cells
    paragraphs = []
    for first, *others in rows:
        said = ", ".join(f"{name} {text}" for name, text in zip(names[1:], others, strict=True) if text)
        paragraphs += textwrap.wrap(f"{first}: {said}", width, subsequent_indent=_GAP, break_on_hyphens=False)
    return paragraphs


def _shown(value: object) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
