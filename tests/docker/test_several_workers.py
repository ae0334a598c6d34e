from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId

from infra.stack.engine import socket_group
from tests.support.orchestration.operated_stack import OperatedStack, logs


@pytest.fixture
def two_workers(loaded: OperatedStack) -> Iterator[list[str]]:
    """Two runs per worker, so that neither can take all four windows."""
    environment = {"DOCKER_GROUP": socket_group(loaded.image)}
    loaded.stack.compose("up", "--detach", "--wait", environment={**environment, "WORKERS": "2", "RUNS_PER_WORKER": "2"})
    yield loaded.service_containers("worker")
    loaded.stack.compose("up", "--detach", "--wait", environment=environment)


def test_a_backfill_spreads_over_two_workers(loaded: OperatedStack, two_workers: list[str]) -> None:
    assert len(two_workers) == 2
    loaded.load()  # the other changes lie outside of the period
    last: date = loaded.oltp("SELECT DATE(MAX(order_date)) FROM orders")
    period = {"start": str(last - timedelta(days=40)), "end": str(last), "window": "10 days", "windows_at_once": 4}
    run = loaded.start("backfill-warehouse/ad-hoc", {"options": period})
    state = loaded.end_of(run, seconds=400)
    assert state.is_completed(), state.message
    of_windows = [loaded.client.read_deployment_by_name("load-window/backfill").id]
    mine = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=of_windows))
    windows = [window for window in loaded.client.read_flow_runs(flow_run_filter=mine) if window.state_name == "Completed"]
    assert len({window.name for window in windows}) == len(windows) == 4  # without restarts of dead ones
    for printed in map(logs, two_workers):
        assert any(f"submitting flow run '{window.id}'" in printed for window in windows)
    loaded.require_whole_warehouse()
