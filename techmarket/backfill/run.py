"""A backfill without an orchestrator: its windows one after the other."""

import logging
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from techmarket.backfill.ledger import open_backfill, window_states
from techmarket.backfill.replay import replay_window
from techmarket.backfill.report import BackfillReport
from techmarket.backfill.windows import BackfillRange, Window
from techmarket.errors import TechMarketError
from techmarket.ledger.batches import process_name
from techmarket.model.catalog import Catalog
from techmarket.quality.rules.row_rules import Rule
from techmarket.settings import Settings

log = logging.getLogger(__name__)

OnWindow = Callable[[str, int, int], None]
"""Called with what is being done, the windows done so far, and how many there are."""


def run_backfill(
    source: sa.Engine,
    warehouse: sa.Engine,
    wanted: BackfillRange,
    *,
    rules: Sequence[Rule],
    catalog: Catalog,
    settings: Settings,
    on_window: OnWindow,
    restart: bool = False,
    allow_mass_delete: bool = False,
) -> BackfillReport:
    """Replay the windows that are not released yet; one that fails leaves the others.

    Raises:
        ConfigurationError, TransientError: the ledger cannot be reached.
    """
    backfill = open_backfill(warehouse, wanted, requested_by=process_name(), restart=restart)
    states = window_states(warehouse, backfill.backfill_id)
    errors: dict[Window, str] = {}
    for done, state in enumerate(states):
        on_window("windows", done, len(states))
        if state.is_released:
            continue
        try:
            replay_window(
                source,
                warehouse,
                backfill.backfill_id,
                state.window,
                rules=rules,
                catalog=catalog,
                settings=settings,
                on_progress=lambda _table, _rows, _of: None,
                allow_mass_delete=allow_mass_delete,
            )
        except TechMarketError as exc:
            log.warning("window=%s failed, going on with the next: %s", state.window, exc)
            errors[state.window] = str(exc)
    return BackfillReport(backfill, window_states(warehouse, backfill.backfill_id), errors)
