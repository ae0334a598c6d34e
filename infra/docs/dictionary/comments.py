"""Comments of relations and columns."""

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from techmarket.db.sql import read_sql

_FILES: Final = ("01_dwh_schema.sql", "02_stg_schema.sql", "02_stg_tables.sql", "03_views_marts.sql")
_COMMENT: Final = re.compile(
    r"COMMENT ON (?P<kind>TABLE|VIEW|COLUMN) (?P<schema>dwh|stg)\.\"?(?P<relation>\w+)\"?(?:\.\"?(?P<column>\w+)\"?)?"
    r"\s+IS\s+'(?P<text>(?:[^']|'')*)';"
)


@dataclass(frozen=True)
class Relation:
    """A table or view; columns in order."""

    name: str
    """With the schema."""
    meaning: str
    columns: MappingProxyType[str, str]
    """Name to meaning; empty for views of stg."""


def relations() -> dict[str, Relation]:
    """Relations of dwh and stg by name, in the files' order."""
    meanings: dict[str, str] = {}
    columns: dict[str, dict[str, str]] = {}
    for file in _FILES:
        for found in _COMMENT.finditer(read_sql(f"postgres/{file}")):
            name, text = f"{found['schema']}.{found['relation']}", found["text"].replace("''", "'")
            if found["kind"] == "COLUMN":
                columns.setdefault(name, {})[found["column"]] = text
            else:
                meanings[name] = text
    return {name: Relation(name, meaning, MappingProxyType(columns.get(name, {}))) for name, meaning in meanings.items()}
