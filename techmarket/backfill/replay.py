"""A window's load."""

import logging
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import sqlalchemy as sa

from techmarket.backfill.ledger import begin_window, end_window, window_states
from techmarket.backfill.window_keys import window_keys
from techmarket.backfill.windows import Window
from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.db.engines import Databases
from techmarket.errors import ConfigurationError
from techmarket.extract.live import ExtractRequest, extract
from techmarket.extract.sealed import Manifest, SealedExtract, new_extract_id
from techmarket.ledger.batches import Batch, entered_batch, load_lock, newest_snapshot, process_name
from techmarket.ledger.source_history import source_history
from techmarket.load.steps import DirectSteps, Steps, run_load
from techmarket.model.modes import Mode
from techmarket.model.progress import SILENT, Progress
from techmarket.project import Project

log = logging.getLogger(__name__)


class WindowSteps(Steps, Protocol):
    """A load's steps, and a window's own."""

    def read(self, window: Window) -> SealedExtract:
        """Read the window beside other loads."""

    def turn(self, window: Window) -> AbstractContextManager[Batch | None]:
        """Wait for the window's turn and open its batch; None if already released."""

    def read_again_if_outdated(self, window: Window, extract: SealedExtract) -> SealedExtract:
        """A new extract if a release outdated this one."""

    def discard(self, extract: SealedExtract) -> None:
        """Remove it."""


def run_window(window: Window, steps: WindowSteps) -> None:
    """Read a window, wait for its turn, and load it unless already released.

    Raises:
        ConcurrentRunError: its turn did not come in time.
        TechMarketError: it could not be loaded; none of it is released.
    """
    read_before = extract = steps.read(window)
    with steps.turn(window) as batch:
        if batch:
            extract = steps.read_again_if_outdated(window, read_before)
            run_load(batch, lambda _batch: extract, steps)
    steps.discard(extract)


@dataclass(frozen=True, slots=True)
class DirectWindowSteps(DirectSteps):
    """A window's steps as library calls in this process."""

    source: sa.Engine = field(kw_only=True)
    backfill_id: int = field(kw_only=True)

    def read(self, window: Window) -> SealedExtract:
        """See :class:`WindowSteps`."""
        return extract_window(Databases(self.source, self.warehouse), self.project, window, progress=self.progress)

    def turn(self, window: Window) -> AbstractContextManager[Batch | None]:
        """See :class:`WindowSteps`."""
        return window_turn(
            self.warehouse, self.backfill_id, window, requested_by=process_name(), longest_wait=self.project.settings.window_wait
        )

    def read_again_if_outdated(self, window: Window, extract: SealedExtract) -> SealedExtract:
        """See :class:`WindowSteps`."""
        if not is_outdated(self.warehouse, extract.manifest, window):
            return extract
        self.discard(extract)
        return self.read(window)

    def discard(self, extract: SealedExtract) -> None:
        """See :class:`WindowSteps`."""
        shutil.rmtree(extract.directory, ignore_errors=True)


def extract_window(databases: Databases, project: Project, window: Window, *, progress: Progress = SILENT) -> SealedExtract:
    """Read the window's orders, as source and warehouse have them, into a sealed extract. Needs no lock and stages nothing."""
    requested = window_keys(databases, window)
    with typed_errors("Reading what is known of the order system"), databases.warehouse.connect() as connection:
        history = source_history(connection, Mode.BACKFILL)
    log.info("window=%s orders=%d customers=%d requested", window, len(requested["orders"]), len(requested["customers"]))
    return extract(
        databases.source,
        ExtractRequest(Mode.BACKFILL, {}, requested, history),
        project,
        extract_id=new_extract_id(awaits_its_turn=True),
        progress=progress,
    )


@contextmanager
def window_turn(
    warehouse: sa.Engine, backfill_id: int, window: Window, *, requested_by: str, longest_wait: timedelta
) -> Iterator[Batch | None]:
    """Wait for the window's turn and run its batch; None if already released.

    Records the facts before the block and after a release.

    Raises:
        ConcurrentRunError: the turn did not come within ``longest_wait``.
        ConfigurationError: the backfill has no such window.
    """
    with load_lock(warehouse, holder=requested_by, longest_wait=longest_wait):
        if _is_released(warehouse, backfill_id, window):
            log.info("window=%s is released already", window)
            yield None
            return
        with entered_batch(warehouse, Mode.BACKFILL, requested_by=requested_by) as batch:
            begin_window(warehouse, backfill_id, window, batch.batch_id)
            yield batch
        end_window(warehouse, backfill_id, window, batch.batch_id)


def is_outdated(warehouse: sa.Engine, manifest: Manifest, window: Window) -> bool:
    """Whether the extract would undo a later release. Needs the load lock."""
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
