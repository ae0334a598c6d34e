"""Starts a stack."""

from rich.console import Console

from infra.image.building import build_image
from infra.local.steps import Steps
from infra.stack.engine import require_engine, socket_group
from infra.stack.prefect_side import ensure_work_pool, prefect
from infra.stack.settings_file import ensure_settings_file
from infra.stack.stack import Stack

_BOOTSTRAP = "from flows.bootstrap_warehouse import bootstrap_warehouse; bootstrap_warehouse()"


def start(stack: Stack, console: Console) -> str:
    """Build, start and bootstrap a stack, or upgrade it; returns its image."""
    with Steps(console) as steps:
        with steps.step("Look at the engine, the settings and the ports"):
            require_engine()
            ensure_settings_file(stack.settings_file)
            stack.require_ports()
        with steps.step("Build the image (the first time: some minutes)"):
            image = build_image()
            group = {"DOCKER_GROUP": socket_group(image)}
        with steps.step("Start databases, Prefect's server and the site"):
            databases = ("oltp", "warehouse") if stack.has_databases else ()
            stack.compose("up", "--detach", "--wait", *databases, "server", environment=group)
        if stack.has_databases:
            with steps.step("Fill the order system with its sample"):
                stack.command("seed", "--sample")
        with steps.step("Bootstrap the warehouse and Prefect's server"):
            bootstrap(stack)
            ensure_work_pool(stack)
        with steps.step("Deploy the flows"):
            prefect(stack, "--no-prompt", "deploy", "--all")
        with steps.step("Start the worker and the site"):
            stack.compose("up", "--detach", "--wait", environment=group)
    return image


def bootstrap(stack: Stack) -> None:
    """Run bootstrap-warehouse with administrators' addresses, which deployed runs lack."""
    stack.compose("run", "--rm", "--no-TTY", "--entrypoint", "python3", "techmarket", "-c", _BOOTSTRAP)
