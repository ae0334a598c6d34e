"""A key that stands twice, noticed while a file is read."""

import re
from operator import lt

from techmarket.model.catalog import Table


class KeyOrder:
    """Watches the keys of a file, which MySQL writes in ascending order: there, a key that stands twice stands in two lines running.

    Where the order was lost, as in a file with another one's lines after its own, this says nothing more, and the gate finds the keys
    that stand twice: to remember all of them would take memory that grows with the file.
    """

    def __init__(self, table: Table) -> None:
        before = table.column_names.index(table.key)
        self._key = re.compile(rb"^(?:[^\t\n]*\t){%d}(-?[0-9]+)" % before, re.MULTILINE)
        self._last: int | None = None
        self._ascends = True

    def repeated_row(self, text: bytes) -> int | None:
        """Which row of the next COPY text, counted from 0, has the key of the row before; None where none has."""
        if not self._ascends:
            return None
        keys = list(map(int, self._key.findall(text)))
        before = [keys[0] - 1 if self._last is None else self._last, *keys[:-1]]
        self._last = keys[-1]
        if all(map(lt, before, keys)):
            return None
        first = next(row for row, key in enumerate(keys) if before[row] >= key)
        self._ascends = before[first] == keys[first]
        return first if self._ascends else None
