"""A flow run's batch: lock, ledger and the run's name."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeVar

from prefect import get_run_logger, runtime
from prefect.client.orchestration import get_client

from tasks.runtime import connections
from tasks.runtime.artifacts import never_fatal, show_failure
from tasks.runtime.project import project, requested_by
from tasks.runtime.retries import DELAYS_SECONDS
from techmarket.backfill.replay import window_turn
from techmarket.backfill.windows import Window
from techmarket.errors import TransientError
from techmarket.extract.sealed import SealedExtract
from techmarket.ledger.batches import Batch, load_batch
from techmarket.load.check import opened_check as enter_check
from techmarket.model.modes import Mode

_Opened = TypeVar("_Opened")


@contextmanager
def opened_batch(mode: Mode, *, new_source: bool = False) -> Iterator[Batch]:
    """Lock the warehouse and run this flow run's batch.

    Raises:
        ConcurrentRunError: another load is running; names it.
        TransientError: the warehouse stayed unreachable.
    """
    warehouse = connections.warehouse()
    with ExitStack() as stack:
        batch = _once_reachable(
            lambda: stack.enter_context(load_batch(warehouse, mode, requested_by=requested_by(), new_source=new_source))
        )
        _name_flow_run(f"batch {batch.batch_id} {mode}")
        get_run_logger().info("Opened batch %d, a load in mode %s", batch.batch_id, mode)
        stack.enter_context(_failure_shown(batch))
        yield batch


@contextmanager
def opened_window(backfill_id: int, window: Window) -> Iterator[Batch | None]:
    """Wait for the window's turn and run its batch; None if already released.

    Raises:
        ConcurrentRunError: the turn came too late; names the lock's holder.
        TransientError: the warehouse stayed unreachable.
    """
    warehouse, longest_wait = connections.warehouse(), project().settings.window_wait
    with ExitStack() as stack:
        turn = _once_reachable(
            lambda: stack.enter_context(window_turn(warehouse, backfill_id, window, requested_by=requested_by(), longest_wait=longest_wait))
        )
        if turn:
            _name_flow_run(f"batch {turn.batch_id} {turn.mode} {window}")
            get_run_logger().info("Opened batch %d for the window %s", turn.batch_id, window)
            stack.enter_context(_failure_shown(turn))
        else:
            get_run_logger().info("Another run has released the window %s: nothing is left to do", window)
        yield turn


@contextmanager
def opened_check(extract: SealedExtract | None) -> Iterator[Batch]:
    """Lock the warehouse and run this check's batch.

    Raises:
        ConcurrentRunError: a load is running; names it.
        ConfigurationError: staging is empty.
        TransientError: the warehouse stayed unreachable.
    """
    warehouse = connections.warehouse()
    with ExitStack() as stack:
        batch = _once_reachable(lambda: stack.enter_context(enter_check(warehouse, extract, requested_by=requested_by())))
        get_run_logger().info("Opened check %d", batch.batch_id)
        yield batch


def _once_reachable(enter: Callable[[], _Opened]) -> _Opened:
    """Prefect retries tasks; this context lasts as long as the run."""
    for delay in DELAYS_SECONDS:
        try:
            return enter()
        except TransientError as exc:
            get_run_logger().warning("No batch could be opened, trying again in %d s. %s", delay, exc)
            time.sleep(delay)
    return enter()


@contextmanager
def _failure_shown(batch: Batch) -> Iterator[None]:
    try:
        yield
    except Exception as exc:
        show_failure(batch.batch_id, exc)
        raise


def _name_flow_run(name: str) -> None:
    with never_fatal("renaming the flow run"), get_client(sync_client=True) as client:
        client.update_flow_run(runtime.flow_run.id, name=name)
