"""One stack for all Docker tests, with its own project, ports, volumes and passwords; removed at the end.

Without a Docker engine the tests fail.
"""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from prefect.client.orchestration import SyncPrefectClient
from rich.console import Console

from infra.local.servers import LOCAL
from infra.stack.settings_file import ensure_settings_file
from infra.stack.stack import Stack
from infra.stack.starting import start
from tests.support.orchestration.alert_receiver import AlertReceiver
from tests.support.orchestration.operated_stack import FirstLoad, OperatedStack, own_ports

MODULES = (
    "test_image",  # needs no load
    "test_container_load",  # the first load; the nightly schedule is active
    "test_broken_loads",  # changes the order system and kills loads
    "test_wrong_settings",  # pauses the nightly schedule at its end
    "test_several_workers",  # recreates the worker's container
)
"""Each module finds the stack as the modules before left it."""
PROJECT = "techmarket-test"
DIRECTORY = LOCAL / "test-docker"
ORDERS = 40_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = [number for number, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    if unknown := {items[number].path.stem for number in here} - {*MODULES}:
        msg = f"{', '.join(sorted(unknown))}: not in MODULES of tests/docker/conftest.py. Next: give it a place there"
        raise pytest.UsageError(msg)
    in_order = sorted((items[number] for number in here), key=lambda item: MODULES.index(item.path.stem))
    for number, item in zip(here, in_order, strict=True):
        items[number] = item


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the stack's logs to a failure: the containers of runs are gone."""
    report = yield
    if report.failed and (operated := item.funcargs.get("operated")):
        report.sections.append(("the stack's logs", operated.stack.compose("logs", "--no-color", "--tail", "400")))
    return report


@pytest.fixture(scope="session")
def operated() -> Iterator[OperatedStack]:
    """Nothing is loaded."""
    settings_file = DIRECTORY / ".env"
    if settings_file.exists():
        Stack(PROJECT, settings_file).stop(with_data=True)
        settings_file.unlink()
    write_settings(settings_file)
    stack = Stack(PROJECT, settings_file)
    try:
        image = start(stack, Console(quiet=True))
        stack.command("seed", "--orders", str(ORDERS), "--replace")
        with SyncPrefectClient(stack.api_url) as client:
            yield OperatedStack(stack, image, client)
    finally:
        stack.stop(with_data=True)


def write_settings(file: Path) -> None:
    """Passwords as `make up` creates them, free ports, and a short alert interval."""
    ensure_settings_file(file)
    settings = {**own_ports(DIRECTORY), "TECHMARKET_ALERT_WEBHOOK_URL": AlertReceiver.url, "TECHMARKET_STALE_AFTER": "PT1M"}
    with file.open("a") as text:
        text.writelines(f"{name}={value}\n" for name, value in settings.items())


@pytest.fixture(scope="session")
def first_load(operated: OperatedStack) -> FirstLoad:
    return FirstLoad.of(operated)


@pytest.fixture(scope="session")
def loaded(operated: OperatedStack, first_load: FirstLoad) -> OperatedStack:
    assert first_load.run.state_name == "Completed"
    return operated


@pytest.fixture(scope="session")
def receiver(operated: OperatedStack) -> Iterator[AlertReceiver]:
    with AlertReceiver.started(operated.stack, operated.image) as receiver:
        yield receiver
