"""What is compared: the tables of the star whose rows a routine load reads by their changes, so that it would miss a loss.

A column that the source cannot know is absent: it has no price at which a line was first loaded.
"""

from dataclasses import dataclass

from techmarket.model.star_schema import ORDER_KEY, ORDERS, Dimension, Fact, Star
from techmarket.reconcile.rendering import compared_columns


@dataclass(frozen=True, slots=True)
class Compared:
    """A table of ``dwh`` and the source table whose rows it shows, under the same key.

    ``sql/mysql/reconcile/<target>.sql`` says which rows must stand in it, ``sql/postgres/reconcile/<target>.sql`` which do: each
    with a text of all that is compared. Equal rows have equal texts, byte for byte.
    """

    target: str
    source_table: str
    key: str
    asked: tuple[str, str]
    """What a repair asks for: a table, and the column of the text that has its key."""
    columns: tuple[str, ...]
    """What the text holds, parted by |, which only the last can hold itself."""

    def fields(self, row_text: str) -> dict[str, str]:
        """The text of a row by column."""
        return dict(zip(self.columns, row_text.split("|", len(self.columns) - 1), strict=True))

    def asked_key(self, row_text: str) -> int:
        """The key by which a repair asks for the row."""
        return int(self.fields(row_text)[self.asked[1]])


def compared_tables(star: Star) -> tuple[Compared, ...]:
    """The tables that a comparison goes through, in its order."""
    return tuple(_compared(star, table) for table in star.compared())


def _compared(star: Star, table: Dimension | Fact) -> Compared:
    key = star.source_key(table)
    asked = (ORDERS, ORDER_KEY) if isinstance(table, Fact) else (table.source, key)
    return Compared(table.name, table.source, key, asked, tuple(column.name for column in compared_columns(star, table)))


@dataclass(frozen=True, slots=True)
class Span:
    """Keys from ``low`` to ``high``, both included."""

    low: int
    high: int


ALL_KEYS = Span(-(2**63), 2**63 - 1)
