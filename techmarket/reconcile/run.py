"""Compares the whole warehouse with its source at one instant."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.db.engines import Databases
from techmarket.errors import ConfigurationError
from techmarket.extract.schema_check import check_schema
from techmarket.extract.snapshot import open_snapshot
from techmarket.ledger.batches import load_lock
from techmarket.project import Project
from techmarket.reconcile.compared import Compared, compared_tables
from techmarket.reconcile.comparison import Difference, Kind, TableComparison
from techmarket.reconcile.disposition import Disposition, Judge, JudgedDifference
from techmarket.reconcile.report import MOST_LISTED, ReconcileReport, TableReport
from techmarket.reconcile.sides import both_sides
from techmarket.settings import Settings

log = logging.getLogger(__name__)

_MOST_DRIFT = 100_000
"""Rows of drift that end a comparison: a full load is then faster."""
_PLANNING = {"work_mem": "64MB", "random_page_cost": "1.1"}
"""Hashes members in memory for a large span; looks them up for a small one."""


def compare_warehouse(databases: Databases, project: Project, *, requested_by: str) -> ReconcileReport:
    """Find every row that differs. Changes nothing; holds the load lock.

    Raises:
        ConcurrentRunError: a load is running.
        ConfigurationError: nothing was loaded yet, or a database refuses.
        SchemaDriftError: the source's schema breaks the contract.
        TransientError: a database cannot be reached.
    """
    with (
        load_lock(databases.warehouse, holder=requested_by),
        open_snapshot(databases.source, project.settings) as snapshot,
        _frozen_warehouse(databases.warehouse) as connection,
        both_sides(snapshot.connection, connection) as sides,
    ):
        check_schema(snapshot.connection, project.catalog)
        judge = Judge(snapshot.connection, connection, project.star, _low_bounds(connection, project.settings))
        findings = _Findings()
        for compared in compared_tables(project.star):
            if findings.is_complete:
                findings.take(compared, TableComparison(sides, compared), judge)
        report = findings.report(snapshot.taken_at)
    log.log(logging.WARNING if report.drift else logging.INFO, "reconcile: %s", report.verdict())
    return report


class _Findings:
    def __init__(self) -> None:
        self._tables: list[TableReport] = []
        self._drift: list[Difference] = []
        self._excused: list[JudgedDifference] = []

    @property
    def is_complete(self) -> bool:
        """Whether drift is below its limit."""
        return len(self._drift) < _MOST_DRIFT

    def take(self, compared: Compared, comparison: TableComparison, judge: Judge) -> None:
        """Compare a table until there is too much drift."""
        counts: Counter[tuple[Disposition, Kind]] = Counter()
        for found in judge.judged(compared.source_table, comparison.differences()):
            if not self.is_complete:
                break
            counts[found.disposition, found.difference.kind] += 1
            if found.disposition is Disposition.DRIFT:
                self._drift.append(found.difference)
            elif len(self._excused) < MOST_LISTED:
                self._excused.append(found)
        self._tables.append(TableReport(comparison.tally, counts))

    def report(self, compared_at: datetime) -> ReconcileReport:
        return ReconcileReport(compared_at, tuple(self._tables), tuple(self._drift), tuple(self._excused), self.is_complete)


@contextmanager
def _frozen_warehouse(warehouse: sa.Engine) -> Iterator[sa.Connection]:
    """A snapshot of the warehouse, in a session that plans well for large and small spans."""
    with typed_errors("Comparing source and warehouse"):
        connection = warehouse.connect().execution_options(isolation_level="REPEATABLE READ")
    with connection:
        with typed_errors("Comparing source and warehouse"):
            for name, value in _PLANNING.items():
                connection.execute(sa.select(sa.func.set_config(name, value, True)))  # noqa: FBT003 - True: for the transaction
        yield connection


def _low_bounds(connection: sa.Connection, settings: Settings) -> dict[str, datetime]:
    """Each table's cursor value from which the next incremental load reads.

    Raises:
        ConfigurationError: a table was never loaded.
    """
    with typed_errors("Reading the watermarks"):
        watermarks = {row.table_name: row.watermark for row in sql.run(connection, "ledger/watermarks")}
    never = [table for table, watermark in watermarks.items() if watermark is None]
    if never or not watermarks:
        msg = f"Nothing was loaded yet of {', '.join(never) or 'any table'}, so there is nothing to compare. Next: techmarket load --full."
        raise ConfigurationError(msg)
    return {table: watermark - settings.watermark_overlap for table, watermark in watermarks.items()}
