"""The gate as a step of a load."""

from collections.abc import Mapping

import sqlalchemy as sa

from techmarket.db.driver_errors import typed_errors
from techmarket.ledger.batches import hold_batch
from techmarket.project import Project
from techmarket.quality.gate.lasting_imports import lasting_import
from techmarket.quality.gate.report import GateReport
from techmarket.quality.quarantine.record import record_rejects
from techmarket.quality.rules.row_rules import Severity
from techmarket.quality.rules.severities import AS_DECLARED


def check_batch(
    warehouse: sa.Engine,
    project: Project,
    *,
    batch_id: int,
    severities: Mapping[str, Severity] = AS_DECLARED,
    only_check: bool = False,
) -> GateReport:
    """Run the gate. A blocked batch's rejects go to the quarantine at once, to show the reason.

    Raises:
        CheckError: a check could not run.
        ConcurrentRunError, ConfigurationError, TransientError: see :func:`techmarket.quality.gate.run.run_gate`.
    """
    with lasting_import("great_expectations"):
        from techmarket.quality.gate.run import run_gate  # noqa: PLC0415 - Great Expectations is slow to import

    report = run_gate(warehouse, project, batch_id=batch_id, severities=severities, is_check=only_check)
    if report.blocked_by and not only_check:
        with typed_errors("Recording the rejected rows"), warehouse.begin() as connection:
            hold_batch(connection, batch_id)
            record_rejects(connection, batch_id=batch_id, resolve=False, catalog=project.catalog)
    return report
