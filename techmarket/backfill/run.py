"""A backfill without an orchestrator."""

import logging

from techmarket.backfill.ledger import open_backfill, window_states
from techmarket.backfill.replay import DirectWindowSteps, run_window
from techmarket.backfill.report import BackfillReport
from techmarket.backfill.windows import BackfillRange, Window
from techmarket.db.engines import Databases
from techmarket.errors import TechMarketError
from techmarket.ledger.batches import process_name
from techmarket.model.modes import Mode
from techmarket.model.progress import SILENT, Progress
from techmarket.project import LoadRequest, Project

log = logging.getLogger(__name__)


def backfill(
    databases: Databases,
    project: Project,
    wanted: BackfillRange,
    *,
    restart: bool = False,
    allow_mass_delete: bool = False,
    progress: Progress = SILENT,
) -> BackfillReport:
    """Replay unreleased windows in turn; a failed one does not stop the others.

    Args:
        databases: Source and warehouse.
        project: Catalogue, rules, settings.
        wanted: Range and window size.
        restart: Replay released windows, too.
        allow_mass_delete: Lift the settings' limit of removed rows.
        progress: Receives the number of finished windows.

    Raises:
        ConfigurationError, TransientError: the ledger cannot be reached.
    """
    opened = open_backfill(databases.warehouse, wanted, requested_by=process_name(), restart=restart)
    request = LoadRequest(Mode.BACKFILL, allow_mass_delete=allow_mass_delete)
    steps = DirectWindowSteps(databases.warehouse, project, request, source=databases.source, backfill_id=opened.backfill_id)
    states = window_states(databases.warehouse, opened.backfill_id)
    errors: dict[Window, str] = {}
    for done, state in enumerate(states):
        progress.count("windows", done, len(states))
        if state.is_released:
            continue
        try:
            run_window(state.window, steps)
        except TechMarketError as exc:
            log.warning("window=%s failed, going on with the next: %s", state.window, exc)
            errors[state.window] = str(exc)
    return BackfillReport(opened, window_states(databases.warehouse, opened.backfill_id), errors)
