"""Tries the rules without a release, on a sealed extract or on staging."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.errors import ConfigurationError
from techmarket.extract.sealed import SealedExtract
from techmarket.ledger.batches import Batch, load_batch, process_name
from techmarket.load.steps import CheckResult, DirectSteps, run_check
from techmarket.model.modes import Mode
from techmarket.project import LoadRequest, Project
from techmarket.quality.rules.row_rules import Severity
from techmarket.quality.rules.severities import AS_DECLARED, with_severities


def check(
    warehouse: sa.Engine, project: Project, extract: SealedExtract | None = None, *, severities: Mapping[str, Severity] = AS_DECLARED
) -> CheckResult:
    """Check an extract or staging without releases or rejects.

    Holds the load lock; the ledger has it as ``checked``.

    Raises:
        ConcurrentRunError: a load is running.
        ConfigurationError: staging is empty, or a severity is not possible.
        CheckError, IntegrityError, TransientError: as in a load.
    """
    request = check_request(project, severities)
    with opened_check(warehouse, extract, requested_by=process_name()) as batch:
        return run_check(batch, extract, DirectSteps(warehouse, project, request))


def check_request(project: Project, severities: Mapping[str, Severity]) -> LoadRequest:
    """A check's request. By default, rules that are off are tried as warnings.

    Raises:
        ConfigurationError: a severity is not possible.
    """
    tried = {rule.id: Severity.WARNING for rule in project.rules if rule.severity is Severity.OFF} | dict(severities)
    with_severities(project.rules, tried)
    return LoadRequest(severities=tried, only_check=True)


def opened_check(warehouse: sa.Engine, extract: SealedExtract | None, *, requested_by: str) -> AbstractContextManager[Batch]:
    """Lock the warehouse and enter the check in the ledger, in the mode of its rows.

    Raises:
        ConcurrentRunError: a load is running.
        ConfigurationError: staging is empty.
    """
    mode = extract.manifest.mode if extract else _staged_mode(warehouse)
    return load_batch(warehouse, mode, requested_by=requested_by)


def _staged_mode(warehouse: sa.Engine) -> Mode:
    with typed_errors("Looking at what is staged"), warehouse.connect() as connection:
        staged = sql.run(connection, "quality/staged_mode").scalar_one_or_none()
    if staged is None:
        msg = "Staging is empty: nothing was loaded since the last bootstrap. Next: name a sealed extract to check, or load."
        raise ConfigurationError(msg)
    return Mode(staged)
