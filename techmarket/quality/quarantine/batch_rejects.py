"""The current batch's rejects: which staged rows the release must leave out, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.errors import CheckError
from techmarket.model.catalog import Catalog
from techmarket.quality.gate.statements import reject_rows
from techmarket.quality.rules.row_rules import HELD_WITH_ORDER, RowRule


@dataclass(frozen=True, slots=True)
class BatchRejectsOfTable:
    """Rows of one table that the batch must leave out."""

    rejected: int = 0
    newly_rejected: int = 0
    held: int = 0


def write_rejects(connection: sa.Connection, failed: Sequence[tuple[RowRule, int]], catalog: Catalog) -> dict[str, BatchRejectsOfTable]:
    """Replace ``stg.batch_rejects`` by all rows that break the failed rules and the rows held with them; returns counts by table.

    ``failed`` has each failed rule with Great Expectations' count. Runs in the caller's transaction.

    Raises:
        CheckError: a rule rejects another number of rows than Great Expectations counted.
    """
    connection.execute(sa.text("TRUNCATE stg.batch_rejects"))
    for rule, counted in failed:
        written = connection.execute(reject_rows(rule, catalog[rule.table]), {"table_name": rule.table, "rule": rule.id}).rowcount
        if written != counted:
            msg = f"Rule {rule.id} rejects {written} rows, Great Expectations counted {counted}. Next: an engineer must look at the rule."
            raise CheckError(msg)
    if failed:
        sql.run(connection, "quarantine/hold_orders", held=HELD_WITH_ORDER)
        connection.execute(sa.text("ANALYZE stg.batch_rejects"))
    found = sql.run(connection, "quarantine/count_rejects", held=HELD_WITH_ORDER)
    return {row.table_name: BatchRejectsOfTable(row.rejected, row.newly_rejected, row.held) for row in found}
