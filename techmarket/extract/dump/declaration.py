"""Reads the ``.sql`` files of ``mysqldump --tab``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from techmarket.errors import ExportError
from techmarket.extract.dump.directory import readable
from techmarket.extract.schema_check import Declared, declared_as

_TABLE = re.compile(r"^CREATE TABLE `(?P<name>(?:[^`]|``)+)` \(\n(?P<columns>.*?)^\)", re.MULTILINE | re.DOTALL)
_COLUMN = re.compile(r"^  `(?P<name>(?:[^`]|``)+)` (?P<type>\w+(?:\([^)]*\))?(?: unsigned)?)(?P<rest>.*)$", re.MULTILINE)
_QUOTED = re.compile(r"'(?:[^'\\]|''|\\.)*'")
_IN_UTC = "SET TIME_ZONE='+00:00'"
_SERVER = re.compile(r"^-- Server version\t(?P<version>\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A table as exported; ``columns`` in the order of the data."""

    columns: Mapping[str, Declared]
    in_utc: bool
    server_version: str | None


def read_declaration(path: Path, table: str) -> Declaration:
    """Read the CREATE TABLE beside a table's data.

    Raises:
        ExportError: the file has none, or another table's.
        ConfigurationError: the file cannot be read.
    """
    with readable(path):
        text = path.read_text(encoding="utf-8", errors="replace")
    found = _TABLE.search(text)
    if found is None or found["name"] != table:
        what = f"declares the table {found['name']}" if found else "holds no CREATE TABLE"
        msg = f"{path.name} {what}, expected {table}: the files are mixed up. Nothing was loaded. Next: make the export again."
        raise ExportError(msg)
    server = _SERVER.search(text)
    return Declaration(
        columns={column["name"].replace("``", "`"): _declared(column) for column in _COLUMN.finditer(found["columns"])},
        in_utc=_IN_UTC in text,
        server_version=server["version"] if server else None,
    )


def _declared(column: re.Match[str]) -> Declared:
    """Removes comments and defaults first: they may contain any text."""
    return declared_as(column["type"], nullable="NOT NULL" not in _QUOTED.sub("", column["rest"]))
