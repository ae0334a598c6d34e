"""The star as the DDL declares it."""

import re
from dataclasses import dataclass
from typing import Final

from infra.docs.dictionary.comments import relations
from techmarket.db.sql import read_sql

_TABLE: Final = re.compile(r"CREATE TABLE IF NOT EXISTS dwh\.(?P<name>(?:dim|fact)_\w+) \(\n(?P<body>.*?)\n\)", re.DOTALL)
_COLUMN: Final = re.compile(r"^    (?P<name>\w+) (?P<type>[a-z]+)", re.MULTILINE)


@dataclass(frozen=True)
class Column:
    """A column of the warehouse."""

    name: str
    type: str
    """PostgreSQL's, without precision."""
    meaning: str


@dataclass(frozen=True)
class Table:
    """A dimension or a fact."""

    name: str
    meaning: str
    columns: tuple[Column, ...]


def star() -> dict[str, Table]:
    """Dimensions and facts by name, in the DDL's order."""
    known = relations()
    tables = {}
    for found in _TABLE.finditer(read_sql("postgres/01_dwh_schema.sql")):
        documented = known[f"dwh.{found['name']}"]
        columns = tuple(Column(c["name"], c["type"], documented.columns[c["name"]]) for c in _COLUMN.finditer(found["body"]))
        tables[found["name"]] = Table(found["name"], documented.meaning, columns)
    return tables
