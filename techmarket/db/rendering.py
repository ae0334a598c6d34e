"""Renders statements into the files of ``sql/``."""

import re
from collections.abc import Iterable

from sqlalchemy.dialects import mysql, postgresql

RENDERED = "-- Rendered from techmarket/model/star.py by `make render`; do not edit."
_PART = "-- Rendered from techmarket/model/star.py by `make render`; do not edit from here on."
_BY_HAND = "-- By hand from here on."
_RENDERED_PART = re.compile(rf"(?<={re.escape(_PART)}\n).*?(?={re.escape(_BY_HAND)}\n|\Z)", re.DOTALL)
_WIDTH = 130

_POSTGRES = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]  # SQLAlchemy's dialects are untyped
_MYSQL = mysql.dialect().identifier_preparer


def name_in_postgres(name: str) -> str:
    """Quoted only where it must be."""
    return str(_POSTGRES.quote(name))


def name_in_mysql(name: str) -> str:
    """Quoted only where it must be."""
    return str(_MYSQL.quote(name))


def dwh_table(table: str) -> str:
    """A table of the star."""
    return f"dwh.{name_in_postgres(table)}"


def names(columns: Iterable[str], of: str | None = None) -> list[str]:
    """Quoted, and qualified with ``of`` if given."""
    return [f"{of}.{name_in_postgres(column)}" if of else name_in_postgres(column) for column in columns]


def equal(one: str, other: str, columns: Iterable[str]) -> str:
    """The condition that two tables agree in columns."""
    return " AND ".join(f"{one}.{name} = {other}.{name}" for name in names(columns))


def with_rendered_part(text: str, part: str) -> str:
    """Replace a file's rendered part, which ends where the next part by hand begins.

    Raises:
        ValueError: the file has no such part, or more than one.
    """
    replaced, count = _RENDERED_PART.subn(lambda _: part, text)
    if count != 1:
        msg = f"the file must have the line {_PART!r} once"
        raise ValueError(msg)
    return replaced


def in_parentheses(items: Iterable[str], *, indent: int = 0) -> str:
    """On one line where they fit."""
    several = list(items)
    line = f"({', '.join(several)})"
    if indent + len(line) <= _WIDTH:
        return line
    margin = " " * indent
    return f"(\n{filled(several, indent=indent + 4)}\n{margin})"


def filled(items: Iterable[str], *, indent: int = 0) -> str:
    """With commas, as many on a line as fit."""
    lines = [""]
    for item in items:
        if lines[-1] and indent + len(lines[-1]) + len(item) > _WIDTH:
            lines.append("")
        lines[-1] += f"{item}, "
    return "\n".join(f"{' ' * indent}{line.rstrip()}" for line in lines)[:-1]


def select(items: Iterable[str], *, indent: int = 0) -> str:
    """A SELECT of items, one below the other."""
    several, margin = list(items), " " * indent
    return f"{margin}SELECT {several[0]}" if len(several) == 1 else f"{margin}SELECT\n{below(several, indent=indent + 4)}"


def below(items: Iterable[str], *, indent: int = 4, by: str = ",") -> str:
    """Items one below the other."""
    return f"{by}\n".join(" " * indent + item for item in items)
