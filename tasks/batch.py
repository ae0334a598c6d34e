"""The batch that a flow run loads: lock, ledger and the run's name."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from prefect import get_run_logger, runtime
from prefect.client.orchestration import get_client

from tasks import connections
from tasks.artifacts import never_fatal
from tasks.retrying import DELAYS_SECONDS
from techmarket.batches import Batch, load_batch, process_name
from techmarket.errors import TransientError
from techmarket.modes import Mode


@contextmanager
def opened_batch(mode: Mode) -> Iterator[Batch]:
    """Lock the warehouse and enter this flow run in its ledger, for as long as the block runs.

    Raises:
        ConcurrentRunError: another load is at work; the message says whose.
        TransientError: the warehouse could not be reached, however often it was tried.
    """
    warehouse = connections.warehouse()
    requested_by = f"{process_name()}, flow run {runtime.flow_run.id}"
    with ExitStack() as stack:
        batch = _once_reachable(lambda: stack.enter_context(load_batch(warehouse, mode, requested_by=requested_by)))
        _name_flow_run(f"batch {batch.batch_id} {mode}")
        get_run_logger().info("Opened batch %d, a load in mode %s", batch.batch_id, mode)
        yield batch


def _once_reachable(enter: Callable[[], Batch]) -> Batch:
    """Prefect retries tasks, and this is none: what begins here lasts as long as the run."""
    for delay in DELAYS_SECONDS:
        try:
            return enter()
        except TransientError as exc:
            get_run_logger().warning("No batch could be opened, trying again in %d s. %s", delay, exc)
            time.sleep(delay)
    return enter()


def _name_flow_run(name: str) -> None:
    with never_fatal("renaming the flow run"), get_client(sync_client=True) as client:
        client.update_flow_run(runtime.flow_run.id, name=name)
