"""The stack's files agree with each other, Prefect and the pipeline; no engine is needed."""

import re
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect_docker.worker import DockerWorker

from infra.local.deployments import PREFECT_FILE, without_image
from infra.stack.prefect_side import job_template
from infra.stack.settings_file import EXAMPLE, adopt_settings_file, ensure_settings_file, read_settings_file
from infra.stack.stack import COMPOSE_FILE, Stack
from tasks.runtime.automations import run_guards

SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE_FILE.read_text())["services"]
PREFECT: dict[str, Any] = yaml.safe_load(PREFECT_FILE.read_text())


def test_settings_of_an_older_checkout_move_but_replace_none(tmp_path: Path) -> None:
    earlier, file = tmp_path / "earlier", tmp_path / ".env"
    earlier.write_text("OLTP_PORT=3307\n")
    adopt_settings_file(file, earlier=earlier)
    assert read_settings_file(file) == {"OLTP_PORT": "3307"}
    assert not earlier.exists()
    earlier.write_text("OLTP_PORT=3308\n")
    adopt_settings_file(file, earlier=earlier)
    assert read_settings_file(file) == {"OLTP_PORT": "3307"}


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    ensure_settings_file(tmp_path / ".env")
    return Stack("techmarket-test", tmp_path / ".env")


def test_each_password_is_random_and_the_file_is_for_its_owner_alone(stack: Stack, tmp_path: Path) -> None:
    passwords = [value for name, value in stack.settings.items() if name.endswith("PASSWORD")]
    assert len(passwords) == len(set(passwords)) == 6
    assert min(map(len, passwords)) >= 32
    assert stat.S_IMODE(stack.settings_file.stat().st_mode) == 0o600
    ensure_settings_file(tmp_path / "other")
    assert not set(passwords) & set(read_settings_file(tmp_path / "other").values())


def test_a_settings_file_that_is_there_stays(stack: Stack) -> None:
    before = stack.settings_file.read_text()
    assert not ensure_settings_file(stack.settings_file)
    assert stack.settings_file.read_text() == before


def test_the_example_names_what_compose_asks_for() -> None:
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE_FILE.read_text())) - {"DOCKER_GROUP", "PIPELINE_IMAGE", "STACK_SETTINGS"}
    assert asked <= set(re.findall(r"(?m)^(?:# )?(\w+)=", EXAMPLE.read_text()))


def test_ports_are_published_on_the_loopback_alone() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(ports) == 4
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_engines_socket_is_the_workers_alone() -> None:
    assert [name for name, service in SERVICES.items() if "docker.sock" in str(service.get("volumes"))] == ["worker"]


def test_the_job_template_differs_from_prefects_in_its_defaults_alone(stack: Stack) -> None:
    """Its examples, which name registries, are left out."""
    ours, theirs = job_template(stack), DockerWorker.get_default_base_job_template()
    for template in (ours, theirs):
        template["variables"].pop("description")
        credentials = template["variables"]["$defs"]["DockerRegistryCredentials"]["properties"]
        for variable in (*template["variables"]["properties"].values(), *credentials.values()):
            variable.pop("default", None)
            variable.pop("examples", None)
    assert ours == theirs


def test_flow_runs_share_network_and_volumes_of_their_stack(stack: Stack) -> None:
    defaults = {name: variable.get("default") for name, variable in job_template(stack)["variables"]["properties"].items()}
    assert defaults["networks"] == ["techmarket-test_default"]
    paths = dict(volume.split(":") for volume in defaults["volumes"])
    mounted = dict(volume.split(":") for volume in SERVICES["worker"]["volumes"] if not volume.startswith("/"))
    assert paths == {f"techmarket-test_{name}": path for name, path in mounted.items()}
    assert defaults["labels"] == {"techmarket.stack": "techmarket-test"}
    assert defaults["image_pull_policy"] == "Never"


def test_flow_runs_get_the_settings_that_are_no_secrets(stack: Stack) -> None:
    with stack.settings_file.open("a") as file:
        file.write("TECHMARKET_MAX_REJECT_SHARE=0.2\nTECHMARKET_DWH_URL=postgresql+psycopg2://u:hunter2@h/d\n")
    template = job_template(stack)
    assert template["variables"]["properties"]["env"]["default"] == {
        "TECHMARKET_DATA_DOCS_URL": "http://127.0.0.1:8080/data-docs",
        "TECHMARKET_MAX_REJECT_SHARE": "0.2",
    }
    assert not [name for name, value in stack.settings.items() if "PASSWORD" in name and value in str(template)]


def test_but_for_the_image_the_deployments_without_it_are_the_same() -> None:
    assert "build-image" not in without_image()
    derived = yaml.safe_load(without_image())
    assert derived["build"] == []
    derived["definitions"]["runs"]["job_variables"]["image"] = "{{ build-image.image }}"  # which all deployments share
    assert derived["deployments"] == PREFECT["deployments"]


@pytest.mark.parametrize("deployment", PREFECT["deployments"], ids=lambda d: f"{d['entrypoint'].rpartition('.')[2]}-{d['name']}")
def test_every_deployment_keeps_the_rules(deployment: dict[str, Any]) -> None:
    variables = deployment["work_pool"]["job_variables"]
    assert variables["image"] == "{{ build-image.image }}"
    assert int(variables["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"]) * 3 == run_guards()[0].trigger.within.total_seconds()  # type: ignore[union-attr]
    assert "techmarket" in deployment["tags"]  # by which the automations know their runs
    assert deployment["enforce_parameter_schema"] is True
    assert all(schedule["slug"] and schedule["timezone"] for schedule in deployment.get("schedules", []))
