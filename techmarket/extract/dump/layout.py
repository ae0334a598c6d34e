"""The columns of an export's file."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

from techmarket.errors import ExportError, SchemaDriftError
from techmarket.extract.dump.forms import Dialect
from techmarket.model.catalog import Column, Table

log = logging.getLogger(__name__)

_NAME = re.compile(r'"?([A-Za-z_][A-Za-z0-9_]*)"?')


@dataclass(frozen=True, slots=True)
class Layout:
    """In the file's order; None is a column that is not read."""

    table: Table
    columns: tuple[Column | None, ...]

    @property
    def positions(self) -> list[int]:
        """Position of each catalogue column in the file."""
        return [self.columns.index(column) for column in self.table.columns]


def named_layout(table: Table, names: Sequence[str]) -> Layout:
    """``names`` include all of the catalogue's."""
    return Layout(table, tuple(table[name] if name in table.column_names else None for name in names))


def header_layout(table: Table, record: bytes, dialect: Dialect) -> Layout | None:
    """The columns named by a file's first record; None if that is a row.

    Raises:
        SchemaDriftError: a column of the catalogue is missing.
    """
    found = [_NAME.fullmatch(field.decode(errors="replace")) for field in record.rstrip(b"\n").split(dialect.separator)]
    names = [name[1] for name in found if name]
    if len(names) < len(found) or table.key not in names:
        return None
    missing = [name for name in table.column_names if name not in names]
    if missing:
        msg = f"The header of {table.name} lacks {', '.join(missing)}. Nothing was loaded. Next: export all columns of the catalogue."
        raise SchemaDriftError(msg)
    for name in names:
        if name not in table.column_names and name not in table.left_out:
            log.warning("export: %s.%s is new and not read; add it to techmarket/model/catalog.py or to left_out", table.name, name)
    return named_layout(table, names)


def catalog_layout(table: Table, *, is_told: bool, file: str) -> Layout:
    """The catalogue's order, for a file without names.

    Raises:
        ExportError: not confirmed by the request: two columns of one type may be swapped.
    """
    if not is_told:
        msg = (
            f"{file} names no columns: there is no {table.name}.sql beside it, and no header in it. Nothing was loaded."
            f" Next: if they are {', '.join(table.column_names)}, in this order, and so for every file, say --catalog-order."
        )
        raise ExportError(msg)
    return Layout(table, table.columns)
