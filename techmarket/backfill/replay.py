"""The load of one window: read while others may be at work, loaded when its turn has come."""

import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from techmarket.backfill.ledger import begin_window, end_window, window_states
from techmarket.backfill.window_keys import window_keys
from techmarket.backfill.windows import Window
from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.errors import ConfigurationError
from techmarket.extract.live import ExtractRequest, extract
from techmarket.extract.page_reader import OnProgress
from techmarket.extract.sealed import Manifest, SealedExtract, new_extract_id
from techmarket.ledger.batches import Batch, entered_batch, load_lock, process_name
from techmarket.load.load import promote
from techmarket.model.catalog import Catalog
from techmarket.model.modes import Mode
from techmarket.quality.rules.row_rules import Rule
from techmarket.release.release import newest_snapshot
from techmarket.settings import Settings

log = logging.getLogger(__name__)


def replay_window(
    source: sa.Engine,
    warehouse: sa.Engine,
    backfill_id: int,
    window: Window,
    *,
    rules: Sequence[Rule],
    catalog: Catalog,
    settings: Settings,
    on_progress: OnProgress,
    allow_mass_delete: bool = False,
) -> None:
    """Load one window, unless it is released already; the ledger has what came of it.

    Raises:
        ConcurrentRunError: its turn did not come in time.
        TechMarketError: of the class that says what the reader can do; nothing of the window is half loaded.
    """

    def read() -> SealedExtract:
        return extract_window(source, warehouse, window, catalog=catalog, settings=settings, on_progress=on_progress)

    sealed = read()
    with window_turn(warehouse, backfill_id, window, requested_by=process_name(), settings=settings) as batch:
        if batch is None:
            return
        if is_outdated(warehouse, sealed.manifest, window):
            shutil.rmtree(sealed.directory)
            sealed = read()
        promote(warehouse, batch, sealed, rules=rules, catalog=catalog, settings=settings, allow_mass_delete=allow_mass_delete)
    shutil.rmtree(sealed.directory, ignore_errors=True)


def extract_window(
    source: sa.Engine, warehouse: sa.Engine, window: Window, *, catalog: Catalog, settings: Settings, on_progress: OnProgress
) -> SealedExtract:
    """Read the window's orders, and those that the warehouse has in it, into a sealed extract; needs no lock and stages nothing."""
    asked = window_keys(source, warehouse, window)
    log.info("window=%s orders=%d customers=%d asked for", window, len(asked["orders"]), len(asked["customers"]))
    return extract(
        source,
        ExtractRequest(Mode.BACKFILL, {}, asked),
        extract_id=new_extract_id(awaits_its_turn=True),
        catalog=catalog,
        settings=settings,
        on_progress=on_progress,
    )


@contextmanager
def window_turn(warehouse: sa.Engine, backfill_id: int, window: Window, *, requested_by: str, settings: Settings) -> Iterator[Batch | None]:
    """Wait for the window's turn, and run its load in the ledger; None when another run has released it meanwhile.

    The facts of its days are noted before the block and, when it has released, after it.

    Raises:
        ConcurrentRunError: the turn did not come within ``settings.window_wait``.
        ConfigurationError: the backfill has no such window.
    """
    with load_lock(warehouse, holder=requested_by, longest_wait=settings.window_wait):
        if _is_released(warehouse, backfill_id, window):
            log.info("window=%s is released already", window)
            yield None
            return
        with entered_batch(warehouse, Mode.BACKFILL, requested_by=requested_by) as batch:
            begin_window(warehouse, backfill_id, window, batch.batch_id)
            yield batch
        end_window(warehouse, backfill_id, window, batch.batch_id)


def is_outdated(warehouse: sa.Engine, manifest: Manifest, window: Window) -> bool:
    """Whether a load has been released since the extract was read that it could turn back. Under the load lock."""
    with typed_errors("Comparing the window's extract with the newest release"), warehouse.connect() as connection:
        newest = (
            newest_snapshot(connection, manifest.mode),
            sql.run(connection, "backfill/newest_overlap", start=window.start, end=window.end).scalar_one(),
        )
    outdated = any(at and manifest.snapshot_at < at for at in newest)
    if outdated:
        log.info("window=%s was read before the newest release, reading it again", window)
    return outdated


def _is_released(warehouse: sa.Engine, backfill_id: int, window: Window) -> bool:
    for state in window_states(warehouse, backfill_id):
        if state.window == window:
            return state.is_released
    msg = f"Backfill {backfill_id} has no window {window}. Next: run a backfill of the range; it opens its own windows."
    raise ConfigurationError(msg)
