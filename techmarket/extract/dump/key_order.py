"""Finds repeated keys while a file is read."""

import re
from operator import lt

from techmarket.model.catalog import Table


class KeyOrder:
    """MySQL writes keys in ascending order, so equal keys are neighbours.

    If the order is lost, it stops, and the gate finds repeats.
    """

    def __init__(self, table: Table) -> None:
        before = table.column_names.index(table.key)
        self._key = re.compile(rb"^(?:[^\t\n]*\t){%d}(-?[0-9]+)" % before, re.MULTILINE)
        self._last: int | None = None
        self._ascends = True

    def repeated_row(self, text: bytes) -> int | None:
        """The row of the next COPY text, from 0, that repeats the key before it."""
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
