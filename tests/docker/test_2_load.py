"""A load in a container, from `prefect deployment run` to what analysts, stewards and operators see."""

from pathlib import Path
from uuid import UUID

import pytest
from browser import shown_by_browser
from operated_stack import SOLD_IN_SOURCE, SOLD_IN_WAREHOUSE, OperatedStack, docker, inspect, value, wait_until
from prefect.client.schemas.objects import FlowRun


@pytest.fixture(scope="module")
def first_run(operated: OperatedStack) -> FlowRun:
    """The first load, seen while it runs."""
    printed = operated.prefect("deployment", "run", "load-warehouse/ad-hoc", "--param", 'options={"mode": "full"}')
    run = operated.client.read_flow_run(UUID(printed.partition("UUID: ")[2].split()[0]))
    wait_until(lambda: operated.containers_of(run))
    container = inspect(operated.container_of(run))
    state = operated.end_of(run)
    assert state.is_completed(), state.message
    require_hardened(operated, container)
    return operated.client.read_flow_run(run.id)


def require_hardened(operated: OperatedStack, container: dict[str, dict[str, object]]) -> None:
    """The container that did the load: of the pool's template, and with no secret where `docker inspect` shows it."""
    config, host = container["Config"], container["HostConfig"]
    assert config["Image"] == operated.image
    assert (host["AutoRemove"], host["Init"], host["CapDrop"], host["Memory"]) == (True, True, ["ALL"], 2 * 2**30)
    secrets = [v for name, v in operated.stack.settings.items() if "PASSWORD" in name]
    assert not [name for name, v in operated.stack.settings.items() if v in secrets and v in str(config)]


def test_a_container_did_the_load_and_is_gone(operated: OperatedStack, first_run: FlowRun) -> None:
    assert "Released batch 1" in operated.log_of(first_run)
    wait_until(lambda: not docker("ps", "--all", "--quiet", "--filter", f"label=io.prefect.flow-run-id={first_run.id}"))


@pytest.mark.usefixtures("first_run")
def test_the_analyst_reads_the_marts_and_nothing_else(operated: OperatedStack) -> None:
    sold = operated.oltp(SOLD_IN_SOURCE)
    assert sold > 0
    assert value(operated.analyst, SOLD_IN_WAREHOUSE) == sold
    for forbidden in ("SELECT count(*) FROM stg.orders", "DELETE FROM dwh.fact_sales"):
        with pytest.raises(Exception, match=r"permission denied|read-only"):
            value(operated.analyst, forbidden)


@pytest.mark.usefixtures("first_run")
def test_the_data_docs_and_the_ui_open_in_a_browser(operated: OperatedStack, first_run: FlowRun, tmp_path: Path) -> None:
    index = shown_by_browser(f"{operated.stack.site_url}/data-docs/index.html", tmp_path / "docs")
    assert "PASS" in index
    page = shown_by_browser(f"{operated.stack.site_url}/data-docs/loads/000000001.html", tmp_path / "page")
    assert "orders" in page
    ui = shown_by_browser(f"{operated.stack.api_url.removesuffix('/api')}/runs/flow-run/{first_run.id}", tmp_path / "ui")
    assert first_run.name in ui
    assert "load-warehouse" in ui


@pytest.mark.usefixtures("first_run")
def test_the_artifact_links_to_the_page_that_the_site_serves(operated: OperatedStack) -> None:
    (verdict,) = [a for a in operated.client.read_artifacts() if a.key == "quality-gate"]
    assert f"{operated.stack.site_url}/data-docs/loads/000000001.html" in str(verdict.data)


@pytest.mark.usefixtures("first_run")
def test_a_second_load_changes_nothing(operated: OperatedStack) -> None:
    operated.load()
    assert operated.dwh("SELECT max(batch_id) FROM dwh.fact_sales") == 1
    operated.require_whole_warehouse()


@pytest.mark.usefixtures("first_run")
def test_the_doctor_in_the_container_finds_nothing_wrong(operated: OperatedStack) -> None:
    said = operated.stack.command("doctor")
    assert "fail" not in said
    assert "oltp:3306" in said
    assert "/var/lib/techmarket/extracts is writable" in " ".join(said.split())


def test_nothing_is_published_beyond_this_machine(operated: OperatedStack) -> None:
    ports = [
        binding
        for service in ("oltp", "warehouse", "server", "site", "worker", "prefect-database")
        for container in operated.service_containers(service)
        for bindings in inspect(container)["NetworkSettings"]["Ports"].values()
        for binding in bindings or ()
    ]
    assert {binding["HostIp"] for binding in ports} == {"127.0.0.1"}
    assert len(ports) == 4
