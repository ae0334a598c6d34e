"""The Docker engine."""

import shutil
from collections.abc import Sequence

from infra.local.commands import attempt, run
from techmarket.errors import ConfigurationError

SOCKET = "/var/run/docker.sock"


def is_available() -> bool:
    """Whether an engine answers."""
    return shutil.which("docker") is not None and attempt(["docker", "info"]).returncode == 0


def require_engine() -> None:
    """Check engine and compose.

    Raises:
        ConfigurationError: one is missing; says how to get it.
    """
    if shutil.which("docker") is None:
        msg = "There is no program `docker` here. Next: install Docker with its compose plugin, or try `make demo`, which needs none."
        raise ConfigurationError(msg)
    info = attempt(["docker", "info", "--format", "{{.ServerVersion}}"])
    if info.returncode != 0:
        msg = (
            f"No Docker engine answers: {_last_line(info.stdout)} "
            "Next: start it (Docker Desktop, or `systemctl start docker`), or join the group docker, then run again."
        )
        raise ConfigurationError(msg)
    if attempt(["docker", "compose", "version"]).returncode != 0:
        msg = "`docker compose` does not work here. Next: install Docker's compose plugin, version 2.20 or later."
        raise ConfigurationError(msg)


def socket_group(image: str) -> str:
    """Inside containers; Docker Desktop's differs outside."""
    mounted = f"{SOCKET}:{SOCKET}"
    return run(["docker", "run", "--rm", "--network", "none", "--volume", mounted, image, "stat", "--format", "%g", SOCKET]).strip()


def containers(*, label: str) -> Sequence[str]:
    """Ids of running containers with a label."""
    return run(["docker", "ps", "--quiet", "--no-trunc", "--filter", f"label={label}"]).split()


def stop_containers(ids: Sequence[str]) -> None:
    """Stop each within its grace period."""
    if ids:
        run(["docker", "stop", *ids])


def _last_line(printed: str) -> str:
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason."
