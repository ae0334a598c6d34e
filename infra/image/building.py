"""Builds the image with prefect.yaml's options."""

import contextlib
import io
from pathlib import Path
from typing import Any

import yaml
from prefect_docker.deployments.steps import build_docker_image

from infra.local.commands import run
from infra.local.deployments import PREFECT_FILE
from techmarket.errors import ConfigurationError

_CHARACTERS_SHOWN = 1500
_STEP = "prefect_docker.deployments.steps.build_docker_image"


def build_image() -> str:
    """Build the image; returns its tagged name.

    Raises:
        ConfigurationError: the build failed; with its output.
    """
    options: dict[str, Any] = next(step[_STEP] for step in yaml.safe_load(PREFECT_FILE.read_text())["build"] if _STEP in step)
    options = {name: value for name, value in options.items() if name not in {"id", "requires"}}
    options["tag"] = run([Path(__file__).resolve().with_name("image-tag")]).strip()
    log = io.StringIO()
    try:
        with contextlib.chdir(PREFECT_FILE.parent), contextlib.redirect_stdout(log):
            return str(build_docker_image(**options)["image"])
    except Exception as exc:
        raise ConfigurationError(_explained(f"{exc}\n{log.getvalue()[-_CHARACTERS_SHOWN:]}")) from exc


def _explained(cause: str) -> str:
    if "no space left on device" in cause:
        return f"The image cannot be built, the engine's disk is full: {cause} Next: free space, such as with `docker system prune`."
    return f"The image cannot be built: {cause} Next: mend that, then run again. `docker build -f infra/image/Dockerfile .` shows more."
