import time
from collections.abc import Iterator

import pytest
from prefect.client.schemas.objects import StateType
from prefect.states import Cancelling

from tests.support.orchestration.alert_receiver import AlertReceiver
from tests.support.orchestration.operated_stack import LOCK_HOLDERS, OperatedStack, docker
from tests.support.waiting import wait_until

AT_ONCE = 30
"""Seconds until a lock is free and its container gone, on a busy machine too."""


@pytest.fixture(autouse=True)
def _something_to_carry(loaded: OperatedStack, receiver: AlertReceiver) -> None:  # noqa: ARG001 - alerts are kept from the first fault on
    loaded.change_source()


def require_freed_at_once(loaded: OperatedStack, container: str, began: float) -> None:
    wait_until(lambda: loaded.dwh(LOCK_HOLDERS) == 0, seconds=AT_ONCE)
    wait_until(lambda: container not in docker("ps", "--quiet", "--no-trunc"), seconds=AT_ONCE)
    assert time.monotonic() - began < AT_ONCE


def test_a_killed_container_is_a_crash_that_is_told_and_the_next_load_makes_all_whole(
    loaded: OperatedStack, receiver: AlertReceiver
) -> None:
    run = loaded.start_load_and_wait_until_at_work()
    docker("kill", "--signal", "KILL", loaded.container_of(run))
    state = loaded.end_of(run, seconds=60)
    assert state.type is StateType.CRASHED
    loaded.load()
    loaded.require_whole_warehouse()
    name = loaded.client.read_flow_run(run.id).name
    wait_until(lambda: f"load-warehouse ended Crashed: {name}" in "\n".join(receiver.texts()), seconds=60)


def test_a_cancelled_load_frees_the_lock_at_once_and_the_next_makes_all_whole(loaded: OperatedStack) -> None:
    run = loaded.start_load_and_wait_until_at_work()
    container, began = loaded.container_of(run), time.monotonic()
    loaded.client.set_flow_run_state(run.id, Cancelling())
    require_freed_at_once(loaded, container, began)
    assert loaded.end_of(run, seconds=60).type is StateType.CANCELLED
    loaded.load()
    loaded.require_whole_warehouse()


def test_a_stopped_container_frees_the_lock_at_once(loaded: OperatedStack) -> None:
    run = loaded.start_load_and_wait_until_at_work()
    container, began = loaded.container_of(run), time.monotonic()
    docker("stop", "--time", "60", container)
    require_freed_at_once(loaded, container, began)
    loaded.end_of(run)


def test_the_load_after_a_restart_of_the_warehouse_makes_all_whole(loaded: OperatedStack) -> None:
    run = loaded.start_load_and_wait_until_at_work()
    loaded.stack.compose("restart", "warehouse")
    loaded.end_of(run)
    loaded.load()
    loaded.require_whole_warehouse()


@pytest.fixture
def worker(loaded: OperatedStack) -> Iterator[str]:
    (container,) = loaded.service_containers("worker")
    yield container
    loaded.stack.compose("start", "worker")


def test_a_load_whose_container_and_worker_both_die_is_known_to_have_crashed(loaded: OperatedStack, worker: str) -> None:
    """Only the missing heartbeats show it."""
    run = loaded.start_load_and_wait_until_at_work()
    docker("stop", "--time", "0", worker)
    docker("kill", "--signal", "KILL", loaded.container_of(run))
    state = loaded.end_of(run, seconds=300)
    assert state.type is StateType.CRASHED
    assert "No sign of life" in str(state.message)
    loaded.stack.compose("start", "worker")
    loaded.load()
    loaded.require_whole_warehouse()


def test_a_gate_that_blocks_is_told_to_the_steward(loaded: OperatedStack, receiver: AlertReceiver) -> None:
    loaded.oltp("UPDATE orders SET status = CONCAT('?', status)")
    run = loaded.start_load()
    assert loaded.end_of(run).is_failed()
    loaded.oltp("UPDATE orders SET status = SUBSTRING(status, 2)")
    wait_until(lambda: any("The quality gate blocked" in text and str(run.id) in text for text in receiver.texts()), seconds=60)
    assert not [text for text in receiver.texts() if "ended Failed" in text and str(run.id) in text]
    loaded.load()
    loaded.require_whole_warehouse()


def test_a_warehouse_gone_stale_is_told(receiver: AlertReceiver) -> None:
    wait_until(lambda: "The warehouse is stale" in "\n".join(receiver.texts()))


def test_the_webhooks_address_is_not_shown_with_its_block(loaded: OperatedStack) -> None:
    block = loaded.client.read_block_document_by_name("techmarket-alerts", "custom-webhook", include_secrets=False)
    assert "token-that-nobody-may-see" not in str(block.data)
