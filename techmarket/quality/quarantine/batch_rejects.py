"""Rows that the release must leave out, and why."""

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
    """Numbers of rows."""

    rejected: int = 0
    newly_rejected: int = 0
    held: int = 0


def write_rejects(connection: sa.Connection, failed: Sequence[tuple[RowRule, int]], catalog: Catalog) -> dict[str, BatchRejectsOfTable]:
    """Replace ``stg.batch_rejects`` by the rows that break the failed rules and those held with them; return counts by table.

    ``failed`` has Great Expectations' counts. Runs in the caller's transaction.

    Raises:
        CheckError: a count differs from Great Expectations'.
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
