"""Finds an export's files."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from techmarket.errors import ConfigurationError, ExportError
from techmarket.model.catalog import Catalog, Table

CHECKSUMS = "SHA256SUMS"

_DATA_SUFFIXES = tuple(suffix + packed for suffix in (".txt", ".tsv", ".csv") for packed in ("", ".gz"))
_CHECKSUM = re.compile(r"(?P<sha256>[0-9a-f]{64}) [ *](?:\./)?(?P<name>.+)")


@dataclass(frozen=True, slots=True)
class TableFiles:
    """Data, and the declaration beside it."""

    table: Table
    data: Path
    declaration: Path | None


def find_files(directory: Path, catalog: Catalog) -> list[TableFiles]:
    """Find the files of the catalogue's tables; ignore others.

    Raises:
        ConfigurationError: the directory is missing or unreadable.
        ExportError: a table has no file, or several.
    """
    with readable(directory):
        names = {path.name for path in directory.iterdir()}
    return [_files_of(table, directory, names) for table in catalog.values()]


def _files_of(table: Table, directory: Path, names: set[str]) -> TableFiles:
    found = [table.name + suffix for suffix in _DATA_SUFFIXES if table.name + suffix in names]
    if len(found) != 1:
        what = f"{' and '.join(found)} both" if found else "no file such as " + f"{table.name}.txt or {table.name}.csv.gz"
        msg = (
            f"{directory} has {what} for the table {table.name}, expected one. Nothing was loaded."
            " Next: export all tables at one instant into an empty directory."
        )
        raise ExportError(msg)
    declaration = f"{table.name}.sql"
    return TableFiles(table, directory / found[0], directory / declaration if declaration in names else None)


def require_unchanged(directory: Path, files: Sequence[TableFiles]) -> None:
    """Check ``SHA256SUMS``: nothing else reveals a file cut between two lines.

    Raises:
        ExportError: the list is missing or lacks a file, or a checksum differs.
    """
    listed = _listed(directory)
    for path in (path for file in files for path in (file.data, file.declaration) if path):
        if path.name not in listed:
            msg = f"{CHECKSUMS} does not list {path.name}. Nothing was loaded. {_MAKE_CHECKSUMS}"
            raise ExportError(msg)
        with readable(path), path.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        if sha256 != listed[path.name]:
            msg = (
                f"{path.name} is not the file that {CHECKSUMS} lists: it was cut, edited or renamed since (SHA-256 {sha256[:12]},"
                f" expected {listed[path.name][:12]}). Nothing was loaded. Next: copy the export again from where it was made."
            )
            raise ExportError(msg)


_MAKE_CHECKSUMS = f"Next: make it where the export was made, `sha256sum * > {CHECKSUMS}` in its directory, or say --without-checksums."


def _listed(directory: Path) -> Mapping[str, str]:
    path = directory / CHECKSUMS
    if not path.exists():
        msg = f"{directory} has no {CHECKSUMS}, so a file that lost its end could not be told from a whole one. {_MAKE_CHECKSUMS}"
        raise ExportError(msg)
    with readable(path):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    entries = [_CHECKSUM.fullmatch(line) for line in lines]
    for number, entry in enumerate(entries, start=1):
        if entry is None:
            msg = f"{CHECKSUMS}, line {number}, is not as sha256sum writes it. Nothing was loaded. {_MAKE_CHECKSUMS}"
            raise ExportError(msg)
    return {entry["name"]: entry["sha256"] for entry in entries if entry}


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn a read error into one with a remedy.

    Raises:
        ConfigurationError: the path is missing or unreadable.
    """
    try:
        yield
    except OSError as exc:
        msg = f"{path} cannot be read: {exc.strerror}. Next: check the path, and let the user who imports read it (chmod a+r)."
        raise ConfigurationError(msg) from None
