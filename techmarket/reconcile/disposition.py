"""Tells drift from other differences."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.model.catalog import Reading, Table
from techmarket.model.star_schema import Star
from techmarket.reconcile.comparison import Difference
from techmarket.reconcile.statements import changed_among

_KEYS_PER_STATEMENT = 1_000


class Disposition(StrEnum):
    """A difference's fate without intervention."""

    DRIFT = "drift"
    """No routine load repairs it: the source deleted the row without a trace, or the warehouse was damaged."""
    PENDING = "pending"
    """Changed in the source since the last load; the next one brings it."""
    HELD = "held"
    """The row or its order is in quarantine; the warehouse keeps the last good version."""


@dataclass(frozen=True, slots=True)
class JudgedDifference:
    """With its disposition."""

    difference: Difference
    disposition: Disposition

    def as_row(self) -> dict[str, str | int]:
        """For the printed table."""
        found = self.difference
        return {
            "table": found.compared.target,
            "key": found.key,
            "belongs to": f"{found.compared.requested_table} {found.belongs_to}",
            "row is": found.kind.value,
            "differs in": ", ".join(found.columns),
            "standing": self.disposition.value,
        }


@dataclass(frozen=True, slots=True)
class _Named:
    orders: frozenset[int]
    rows: frozenset[int]

    def __contains__(self, difference: Difference) -> bool:
        return difference.belongs_to in self.orders or difference.key in self.rows


@dataclass(frozen=True, slots=True)
class Judge:
    """Tells drift from what the next load or data steward resolves."""

    source: sa.Connection
    warehouse: sa.Connection
    star: Star
    low_bounds: Mapping[str, datetime]
    """Each table's cursor value from which the next incremental load reads."""

    def judged(self, source_table: str, differences: Iterable[Difference]) -> Iterator[JudgedDifference]:
        """One table's differences with dispositions, in order."""
        table, remaining = self.star.catalog[source_table], iter(differences)
        while some := list(islice(remaining, _KEYS_PER_STATEMENT)):
            held, pending = self._held(table, some), self._pending(table, some)
            for difference in some:
                disposition = (
                    Disposition.HELD if difference in held else Disposition.PENDING if difference in pending else Disposition.DRIFT
                )
                yield JudgedDifference(difference, disposition)

    def _held(self, table: Table, differences: Sequence[Difference]) -> _Named:
        rows, orders = _keys(table, differences)
        holding = self.star.holding_sources()
        values = {"table_name": table.name, "row_keys": list(map(str, rows)), "order_ids": orders, "holding": list(holding)}
        with typed_errors("Looking for the differing rows in quarantine"):
            found = sql.run(self.warehouse, "reconcile/open_rejects", **values).all()
        return _Named(
            orders=frozenset(reject.order_id for reject in found if reject.table_name in holding),
            rows=frozenset(int(reject.row_key) for reject in found if reject.table_name == table.name),
        )

    def _pending(self, table: Table, differences: Sequence[Difference]) -> _Named:
        """Changed in the source: the order, any of its rows, or the row itself, perhaps moved from another order."""
        rows, orders = _keys(table, differences)
        with_orders = [other for other in self.star.catalog.values() if other.reading is Reading.WITH_ORDER]
        return _Named(
            orders=frozenset().union(*(self._changed(other, "order_id", orders) for other in with_orders)),
            rows=self._changed(table, table.key, rows),
        )

    def _changed(self, table: Table, key: str, keys: Sequence[int]) -> frozenset[int]:
        if not keys:
            return frozenset()
        low = self.low_bounds[table.name].astimezone(UTC).replace(tzinfo=None)
        with typed_errors("Looking for the differing rows among those that changed"):
            return frozenset(self.source.execute(changed_among(table, key), {"keys": json.dumps(keys), "low": low}).scalars())


def _keys(table: Table, differences: Sequence[Difference]) -> tuple[list[int], list[int]]:
    """Row keys, and order keys of rows that have one."""
    orders = {difference.belongs_to for difference in differences} if table.reading is Reading.WITH_ORDER else set()
    return sorted({difference.key for difference in differences}), sorted(orders)
