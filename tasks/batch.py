"""The batch that a flow run loads: lock, ledger and the run's name."""

from collections.abc import Iterator
from contextlib import contextmanager

from prefect import get_run_logger, runtime
from prefect.client.orchestration import get_client

from tasks import connections
from tasks.artifacts import never_fatal
from techmarket.batches import Batch, load_batch, process_name
from techmarket.modes import Mode


@contextmanager
def opened_batch(mode: Mode) -> Iterator[Batch]:
    """Lock the warehouse and enter this flow run in its ledger, for as long as the block runs.

    Raises:
        ConcurrentRunError: another load is at work; the message says whose.
    """
    requested_by = f"flow run {runtime.flow_run.id} on {process_name()}"
    with load_batch(connections.warehouse(), mode, requested_by=requested_by) as batch:
        _name_flow_run(f"batch {batch.batch_id} {mode}")
        get_run_logger().info("Opened batch %d, a load in mode %s", batch.batch_id, mode)
        yield batch


def _name_flow_run(name: str) -> None:
    with never_fatal("renaming the flow run"), get_client(sync_client=True) as client:
        client.update_flow_run(runtime.flow_run.id, name=name)
