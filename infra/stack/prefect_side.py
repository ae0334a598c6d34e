"""The stack's Prefect work pool and commands."""

import json
import sys
from pathlib import Path
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.exceptions import ObjectNotFound

from infra.local.commands import run
from infra.local.deployments import PREFECT_FILE
from infra.stack.settings_file import plain_settings
from infra.stack.stack import Stack

WORK_POOL = "techmarket-docker"
_DESCRIPTION = "Runs of TechMarket's pipeline, a container each."
_TEMPLATE = Path(__file__).resolve().with_name("work-pool.json")


def job_template(stack: Stack) -> dict[str, Any]:
    """With compose's prefix, the project's name, in network and volumes."""
    text = _TEMPLATE.read_text().replace('"techmarket_', f'"{stack.project}_')
    template: dict[str, Any] = json.loads(text)
    variables = template["variables"]["properties"]
    variables["labels"]["default"] = dict([stack.run_label.split("=", 1)])
    variables["env"]["default"] |= {"TECHMARKET_DATA_DOCS_URL": f"{stack.site_url}/data-docs", **plain_settings(stack.settings)}
    return template


def ensure_work_pool(stack: Stack) -> None:
    """Create or update the work pool; a paused one stays paused."""
    template = job_template(stack)
    with SyncPrefectClient(stack.api_url, auth_string=stack.settings.get("PREFECT_API_AUTH_STRING")) as client:
        try:
            client.read_work_pool(WORK_POOL)
        except ObjectNotFound:
            client.create_work_pool(WorkPoolCreate(name=WORK_POOL, type="docker", description=_DESCRIPTION, base_job_template=template))
        else:
            client.update_work_pool(WORK_POOL, WorkPoolUpdate(description=_DESCRIPTION, base_job_template=template))


def prefect(stack: Stack, *arguments: str) -> str:
    """Run ``prefect`` against the stack's server; returns its output.

    Raises:
        ConfigurationError: it failed; with its output.
    """
    environment = {
        "PREFECT_API_URL": stack.api_url,
        "PREFECT_DEFAULT_WORK_POOL_NAME": WORK_POOL,
        "DO_NOT_TRACK": "1",
        "COLUMNS": "160",
        **{name: value for name, value in stack.settings.items() if name == "PREFECT_API_AUTH_STRING"},
    }
    variables = [f"{name}={value}" for name, value in environment.items()]
    return run(["env", f"--chdir={PREFECT_FILE.parent}", *variables, sys.executable, "-m", "prefect", *arguments])
