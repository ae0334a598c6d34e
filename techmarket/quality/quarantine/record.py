"""The data steward's durable list of rejected rows."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.model.catalog import Catalog, Reading, Table
from techmarket.quality.gate.statements import resolve_rejects


@dataclass(frozen=True, slots=True)
class QuarantineCounts:
    """Changes to the list, in entries (one a row and rule)."""

    opened: int
    seen_again: int
    resolved: int


def open_reject_keys(connection: sa.Connection, catalog: Catalog) -> dict[str, list[int]]:
    """Keys to request again: orders of rejected or held rows, and rows of tables read by cursor."""
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

    An open reject keeps its first batch. ``resolve``, for a release, also notes the batch as the newest to reject the row, and resolves
    open rejects that it read (staged, in ``stg.requested_keys``, of ``whole_tables``) and did not reject again.
    """
    merged = sql.run(connection, "quarantine/merge_rejects", batch_id=batch_id, is_release=resolve).one()
    resolved = sum(_resolve(connection, table, batch_id, whole_tables) for table in catalog.values()) if resolve else 0
    return QuarantineCounts(opened=merged.opened, seen_again=merged.seen_again, resolved=resolved)


def _resolve(connection: sa.Connection, table: Table, batch_id: int, whole_tables: Collection[str]) -> int:
    statement = resolve_rejects(table, read_whole=table.name in whole_tables)
    return connection.execute(statement, {"batch_id": batch_id}).rowcount
