"""Compared tables: a routine load reads their changes, and would miss a loss.

Columns that the source cannot know are absent, such as a line's first price.
"""

from dataclasses import dataclass

from techmarket.model.star_schema import ORDER_KEY, ORDERS, Dimension, Fact, Star
from techmarket.reconcile.rendering import compared_columns


@dataclass(frozen=True, slots=True)
class Compared:
    """A table of ``dwh`` and the source table with the same rows and key.

    ``sql/mysql/reconcile/<target>.sql`` gives expected rows, ``sql/postgres/reconcile/<target>.sql`` present ones, as texts.
    """

    target: str
    source_table: str
    key: str
    requested_table: str
    """Whose keys a repair requests."""
    requested_column: str
    """The text's column with that key."""
    columns: tuple[str, ...]
    """Of the text, separated by |, which only the last may contain."""

    def fields(self, row_text: str) -> dict[str, str]:
        """A row's text by column."""
        return dict(zip(self.columns, row_text.split("|", len(self.columns) - 1), strict=True))

    def requested_key(self, row_text: str) -> int:
        """The key by which a repair requests the row."""
        return int(self.fields(row_text)[self.requested_column])


def compared_tables(star: Star) -> tuple[Compared, ...]:
    """The compared tables, in order."""
    return tuple(_compared(star, table) for table in star.compared())


def _compared(star: Star, table: Dimension | Fact) -> Compared:
    key = star.source_key(table)
    requested = (ORDERS, ORDER_KEY) if isinstance(table, Fact) else (table.source, key)
    return Compared(table.name, table.source, key, *requested, tuple(column.name for column in compared_columns(star, table)))


@dataclass(frozen=True, slots=True)
class Span:
    """Keys from ``low`` to ``high``, inclusive."""

    low: int
    high: int


ALL_KEYS = Span(-(2**63), 2**63 - 1)
