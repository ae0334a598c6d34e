"""The durable list of rejected rows, from which the data steward works."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.model.catalog import Catalog, Reading, Table
from techmarket.quality.gate.statements import resolve_rejects


@dataclass(frozen=True, slots=True)
class QuarantineCounts:
    """What a batch did to the list, in entries (one a row and rule)."""

    opened: int
    seen_again: int
    resolved: int


def open_reject_keys(connection: sa.Connection, catalog: Catalog) -> dict[str, list[int]]:
    """The keys to request again, by table: orders of rejected or held rows, and rows of tables read by their cursor.

    Tables that are read whole need none.
    """
    names = {reading: [table.name for table in catalog.values() if table.reading is reading] for reading in Reading}
    found = sql.run(connection, "quarantine/open_reject_keys", with_order=names[Reading.WITH_ORDER], by_cursor=names[Reading.BY_CURSOR])
    keys: dict[str, list[int]] = {}
    for row in found:
        keys.setdefault(row.looked_for, []).append(row.source_key)
    return keys


def record_rejects(
    connection: sa.Connection,
    *,
    batch_id: int,
    resolve: bool,
    catalog: Catalog,
    whole_tables: Collection[str] = (),
) -> QuarantineCounts:
    """Merge the batch's rejects into the durable list, in the caller's transaction.

    An open reject that recurs keeps its first batch, and its row is updated. With ``resolve``, for a release, the batch is recorded as the
    newest released one to reject the row, and open rejects that it read and did not reject again are resolved: the row passed, or is gone
    from the source. Read are the staged rows, the keys in ``stg.asked_keys`` and ``whole_tables``.
    """
    merged = sql.run(connection, "quarantine/merge_rejects", batch_id=batch_id, is_release=resolve).one()
    resolved = sum(_resolve(connection, table, batch_id, whole_tables) for table in catalog.values()) if resolve else 0
    return QuarantineCounts(opened=merged.opened, seen_again=merged.seen_again, resolved=resolved)


def _resolve(connection: sa.Connection, table: Table, batch_id: int, whole_tables: Collection[str]) -> int:
    statement = resolve_rejects(table, read_whole=table.name in whole_tables)
    return connection.execute(statement, {"batch_id": batch_id}).rowcount
