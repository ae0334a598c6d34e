"""Quarantine: the durable list of rejected rows that the data steward works off."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from techmarket.catalog import Catalog
from techmarket.quality.statements import resolve_rejects
from techmarket.sql_files import read_sql


@dataclass(frozen=True, slots=True)
class RetryKeys:
    """Source keys with open rejects: every extract reads them again, whether they changed or not."""

    order_ids: tuple[int, ...] = ()
    customer_ids: tuple[int, ...] = ()


NOTHING_RETRIED = RetryKeys()


@dataclass(frozen=True, slots=True)
class QuarantineCounts:
    """What a batch did to the list of open rejects, in entries of the list (one a row and rule)."""

    opened: int
    seen_again: int
    resolved: int


def open_reject_keys(connection: sa.Connection) -> RetryKeys:
    """The keys to look for again: orders of rejected or held rows, and rejected customers. Other tables are read whole."""
    found = connection.execute(sa.text(read_sql("postgres/quarantine/open_reject_keys.sql"))).one()
    return RetryKeys(order_ids=tuple(found.order_ids), customer_ids=tuple(found.customer_ids))


def record_rejects(
    connection: sa.Connection,
    *,
    batch_id: int,
    resolve: bool,
    catalog: Catalog,
    retried: RetryKeys = NOTHING_RETRIED,
    whole_tables: Collection[str] = (),
) -> QuarantineCounts:
    """Merge the rejects of the batch in hand into the durable list, inside the caller's transaction.

    An open reject that is met again keeps its first batch; its row is brought up to date. With ``resolve``, which belongs
    to a release, an open reject that the batch looked for and did not reject again is marked resolved: its row passed, or
    is gone from the source. ``retried`` and ``whole_tables`` say what the batch looked for beyond the rows it staged.
    """
    merged = connection.execute(sa.text(read_sql("postgres/quarantine/merge_rejects.sql")), {"batch_id": batch_id}).one()
    looked_for = {"batch_id": batch_id, "order_ids": list(retried.order_ids), "customer_ids": list(retried.customer_ids)}
    statements = [resolve_rejects(table, read_whole=table.name in whole_tables) for table in catalog.values()] if resolve else []
    resolved = sum(connection.execute(statement, looked_for).rowcount for statement in statements)
    return QuarantineCounts(opened=merged.opened, seen_again=merged.seen_again, resolved=resolved)
