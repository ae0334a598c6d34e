from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId

from tests.support.browser.chromium import chromium
from tests.support.orchestration.operated_stack import SOLD_IN_WAREHOUSE, FirstLoad, OperatedStack, docker, inspect
from tests.support.queries import SOLD_IN_SOURCE, value
from tests.support.waiting import wait_until


def test_the_first_load_completes_in_a_container_which_then_is_gone(operated: OperatedStack, first_load: FirstLoad) -> None:
    assert first_load.run.state_name == "Completed", first_load.run.state
    wait_until(lambda: "Released batch 1" in operated.log_of(first_load.run))  # the server stores lines late
    wait_until(lambda: not docker("ps", "--all", "--quiet", "--filter", f"label=io.prefect.flow-run-id={first_load.run.id}"))


def test_its_container_was_made_by_the_template(operated: OperatedStack, first_load: FirstLoad) -> None:
    config, host = first_load.container["Config"], first_load.container["HostConfig"]
    assert config["Image"] == operated.image
    assert (host["AutoRemove"], host["Init"], host["CapDrop"], host["Memory"]) == (True, True, ["ALL"], 2 * 2**30)


def test_no_password_shows_where_the_engine_describes_the_container(operated: OperatedStack, first_load: FirstLoad) -> None:
    passwords = {name: value for name, value in operated.stack.settings.items() if "PASSWORD" in name}
    assert len(passwords) == 6
    assert [name for name, value in passwords.items() if value in str(first_load.container)] == []


def test_the_analyst_reads_the_marts_and_nothing_else(loaded: OperatedStack) -> None:
    sold = loaded.oltp(SOLD_IN_SOURCE)
    assert sold > 0
    assert value(loaded.analyst, SOLD_IN_WAREHOUSE) == sold
    for forbidden in ("SELECT count(*) FROM stg.orders", "DELETE FROM dwh.fact_sales"):
        with pytest.raises(Exception, match=r"permission denied|read-only"):
            value(loaded.analyst, forbidden)


def test_the_data_docs_and_the_ui_open_in_a_browser(loaded: OperatedStack, first_load: FirstLoad, tmp_path: Path) -> None:
    ui = loaded.stack.api_url.removesuffix("/api")
    with chromium(tmp_path) as tab:
        tab.open(f"{loaded.stack.site_url}/data-docs/index.html")
        assert "PASS" in tab.text()
        tab.open(f"{loaded.stack.site_url}/data-docs/loads/000000001.html")
        assert "orders" in tab.text()
        tab.open(f"{ui}/runs/flow-run/{first_load.run.id}")
        for words in (first_load.run.name, "load-warehouse"):
            tab.wait_for_text(words)


def test_the_artifact_links_to_the_page_that_the_site_serves(loaded: OperatedStack) -> None:
    (verdict,) = [a for a in loaded.client.read_artifacts() if a.key == "quality-gate"]
    assert f"{loaded.stack.site_url}/data-docs/loads/000000001.html" in str(verdict.data)


def test_a_second_load_changes_nothing(loaded: OperatedStack) -> None:
    loaded.load()
    assert loaded.dwh("SELECT max(batch_id) FROM dwh.fact_sales") == 1
    loaded.require_whole_warehouse()


def test_the_doctor_in_the_container_finds_nothing_wrong(loaded: OperatedStack) -> None:
    said = loaded.stack.command("doctor")
    assert "fail" not in said
    assert "oltp:3306" in said
    assert "/var/lib/techmarket/extracts is writable" in " ".join(said.split())


def test_nothing_is_published_beyond_this_machine(loaded: OperatedStack) -> None:
    ports = [
        binding
        for service in ("oltp", "warehouse", "server", "site", "worker", "prefect-database")
        for container in loaded.service_containers(service)
        for bindings in inspect(container)["NetworkSettings"]["Ports"].values()
        for binding in bindings or ()
    ]
    assert {binding["HostIp"] for binding in ports} == {"127.0.0.1"}
    assert len(ports) == 4


def test_the_scheduler_enters_the_next_nightly_runs(loaded: OperatedStack) -> None:
    nightly = loaded.client.read_deployment_by_name("load-warehouse/nightly")
    mine = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[nightly.id]))
    run = wait_until(lambda: loaded.client.read_flow_runs(flow_run_filter=mine))[0]
    assert run.state_name == "Scheduled"
    assert run.expected_start_time
    assert run.expected_start_time.astimezone(ZoneInfo("Europe/Kyiv")).strftime("%H:%M") == "03:00"
