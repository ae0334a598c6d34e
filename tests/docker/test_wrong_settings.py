import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.ports import HOST
from infra.stack.engine import require_engine
from infra.stack.settings_file import ensure_settings_file
from infra.stack.stack import Stack
from infra.stack.starting import bootstrap
from techmarket.errors import ConfigurationError
from tests.support.orchestration.operated_stack import OperatedStack, docker


def test_an_engine_that_is_down_is_told_from_a_machine_without_docker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody")
    with pytest.raises(ConfigurationError, match=r"No Docker engine answers: .*Next: start it"):
        require_engine()


def test_a_machine_without_docker_is_shown_the_demo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"no program `docker`.*make demo"):
        require_engine()


def test_a_port_that_is_taken_is_named_with_its_setting(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        settings = tmp_path / ".env"
        settings.write_text(
            f"PREFECT_PORT={other.getsockname()[1]}\nOLTP_ROOT_PASSWORD=a\nWAREHOUSE_ADMIN_PASSWORD=b\nPREFECT_DATABASE_PASSWORD=c\n"
        )
        with pytest.raises(ConfigurationError, match=r"wanted for server, is taken.*set PREFECT_PORT in .*\.env"):
            Stack("techmarket-nobody", settings).require_ports()


def test_a_password_that_is_missing_is_named_with_its_file(tmp_path: Path) -> None:
    settings = tmp_path / ".env"
    ensure_settings_file(settings)
    settings.write_text(re.sub(r"(?m)^OLTP_ROOT_PASSWORD=.*$", "OLTP_ROOT_PASSWORD=", settings.read_text()))
    with pytest.raises(ConfigurationError, match=r"OLTP_ROOT_PASSWORD.*is missing in infra/stack/\.env"):
        Stack("techmarket-nobody", settings).compose("config")


def test_a_run_without_its_image_names_it(loaded: OperatedStack) -> None:
    run = loaded.start_load(job_variables={"image": "techmarket:never-built"})
    state = loaded.end_of(run, seconds=60)
    assert state.name == "Crashed"
    assert "No such image: techmarket:never-built" in str(state.message)


def test_a_run_without_its_block_names_the_flow_that_makes_it(loaded: OperatedStack, bootstrapped_again: None) -> None:  # noqa: ARG001 - mends what this breaks
    block = loaded.client.read_block_document_by_name("techmarket-oltp", "sqlalchemy-connector")
    loaded.client.delete_block_document(block.id)
    state = loaded.end_of(loaded.start_load())
    assert state.name == "Failed"
    assert "sqlalchemy-connector/techmarket-oltp cannot be loaded" in str(state.message)
    assert "run the flow bootstrap-warehouse" in str(state.message)


@pytest.fixture
def bootstrapped_again(loaded: OperatedStack) -> Iterator[None]:
    yield
    bootstrap(loaded.stack)


def test_a_run_that_cannot_reach_the_api_says_at_which_address(loaded: OperatedStack) -> None:
    run = loaded.start_load(job_variables={"env.PREFECT_API_URL": "http://nobody:4200/api"})
    assert loaded.end_of(run).name == "Crashed"
    (worker,) = loaded.service_containers("worker")
    assert "No Prefect API answers at http://nobody:4200/api" in docker("logs", worker)


def test_a_load_on_a_full_disk_says_what_to_do(loaded: OperatedStack) -> None:
    full = "/var/lib/techmarket/extracts:size=64k,uid=10001"
    network = f"{loaded.stack.project}_default"
    addresses = loaded.stack.compose("run", "--rm", "--no-TTY", "--entrypoint", "env", "techmarket")
    environment = [option for line in addresses.splitlines() if line.startswith("TECHMARKET_") for option in ("--env", line)]
    said = docker(
        "run", "--rm", "--network", network, "--tmpfs", full, *environment, loaded.image, "sh", "-c", "techmarket load --full 2>&1; true"
    )
    assert "No space left on device" in " ".join(said.split())
    assert "Next:" in said


def test_starting_again_leaves_the_same_deployments_and_a_paused_schedule_paused(loaded: OperatedStack) -> None:
    nightly = loaded.client.read_deployment_by_name("load-warehouse/nightly")
    loaded.client.update_deployment_schedule(nightly.id, nightly.schedules[0].id, active=False)
    before = {deployment.id: deployment.name for deployment in loaded.client.read_deployments()}
    loaded.prefect("--no-prompt", "deploy", "--all")
    assert {deployment.id: deployment.name for deployment in loaded.client.read_deployments()} == before
    (schedule,) = loaded.client.read_deployment_by_name("load-warehouse/nightly").schedules
    assert (schedule.active, schedule.schedule.timezone, schedule.slug) == (False, "Europe/Kyiv", "nightly")
    assert {deployment.job_variables["image"] for deployment in loaded.client.read_deployments()} == {loaded.image}
