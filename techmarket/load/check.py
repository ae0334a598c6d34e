"""Try the rules on rows that nobody is going to release: on a sealed extract, or on what staging holds already."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.errors import ConfigurationError
from techmarket.extract.sealed import SealedExtract
from techmarket.ledger.batches import close_batch, load_batch
from techmarket.model.catalog import Catalog
from techmarket.model.modes import Mode
from techmarket.quality.gate.lasting_imports import lasting_import
from techmarket.quality.gate.report import GateReport
from techmarket.quality.rules.row_rules import Rule, Severity
from techmarket.quality.rules.severities import with_severities
from techmarket.settings import Settings
from techmarket.staging.stage import stage


def check(
    warehouse: sa.Engine,
    extract: SealedExtract | None,
    *,
    rules: Sequence[Rule],
    catalog: Catalog,
    settings: Settings,
    severities: Mapping[str, Severity],
    requested_by: str,
) -> GateReport:
    """Gate an extract, or the rows that the newest load left in staging, without releasing or rejecting any.

    It holds the warehouse like a load and has a line in the ledger, whose status is ``checked``. Rules that are off are tried as warnings,
    unless ``severities`` says otherwise.

    Raises:
        ConcurrentRunError: a load is at work.
        ConfigurationError: staging is empty, or a severity cannot be had.
        CheckError, IntegrityError, TransientError: as in a load.
    """
    with lasting_import("great_expectations"):
        from techmarket.quality.gate.run import run_gate  # noqa: PLC0415 - Great Expectations takes seconds to import

    tried = {rule.id: Severity.WARNING for rule in rules if rule.severity is Severity.OFF} | dict(severities)
    with_severities(rules, tried)  # before the warehouse is held for nothing
    mode = extract.manifest.mode if extract else _staged_mode(warehouse)
    with load_batch(warehouse, mode, requested_by=requested_by) as batch:
        if extract:
            stage(warehouse, extract, batch_id=batch.batch_id, catalog=catalog, connections=settings.staging_connections)
        report = run_gate(
            warehouse, batch_id=batch.batch_id, rules=rules, catalog=catalog, settings=settings, severities=tried, is_check=True
        )
        close_batch(warehouse, batch.batch_id, status="checked", verdict=report.verdict)
    return report


def _staged_mode(warehouse: sa.Engine) -> Mode:
    with typed_errors("Looking at what is staged"), warehouse.connect() as connection:
        staged = sql.run(connection, "quality/staged_mode").scalar_one_or_none()
    if staged is None:
        msg = "Staging is empty: nothing was loaded since the last bootstrap. Next: name a sealed extract to check, or load."
        raise ConfigurationError(msg)
    return Mode(staged)
