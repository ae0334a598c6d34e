"""One stack: compose.yaml under one project name, with one settings file."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from infra.local.commands import attempt, run
from infra.local.ports import HOST, is_free
from infra.stack.engine import containers, stop_containers
from infra.stack.settings_file import read_settings_file
from techmarket.errors import ConfigurationError

COMPOSE_FILE = Path(__file__).resolve().with_name("compose.yaml")

_CONTAINER_ID = re.compile(r"^[0-9a-f]{64}$", re.MULTILINE)
_PORTS = {"server": ("PREFECT_PORT", 4200), "site": ("SITE_PORT", 8080), "oltp": ("OLTP_PORT", 3306), "warehouse": ("WAREHOUSE_PORT", 5432)}
"""Service to its port's variable and default."""


@dataclass(frozen=True)
class Stack:
    """Containers, volumes and network of one project."""

    project: str
    settings_file: Path

    @cached_property
    def settings(self) -> dict[str, str]:
        """The settings file's values."""
        return read_settings_file(self.settings_file)

    @property
    def has_databases(self) -> bool:
        """Whether the stack has its own databases."""
        return "databases" in self.settings.get("COMPOSE_PROFILES", "").split(",")

    @property
    def run_label(self) -> str:
        """Label of flow runs' containers."""
        return f"techmarket.stack={self.project}"

    def port(self, service: str) -> int:
        """A service's loopback port."""
        variable, usual = _PORTS[service]
        return int(self.settings.get(variable, usual))

    @property
    def api_url(self) -> str:
        """Prefect's API from this machine."""
        return f"http://{HOST}:{self.port('server')}/api"

    @property
    def site_url(self) -> str:
        """Data Docs and reports from this machine."""
        return f"http://{HOST}:{self.port('site')}"

    def compose(self, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """Run ``docker compose``; returns its output.

        Raises:
            ConfigurationError: it failed; with its output.
        """
        return run([*self._compose(environment or {}), *arguments])

    def command(self, *arguments: str) -> str:
        """Run ``techmarket`` in a new container; returns its output."""
        return self.compose("run", "--rm", "--no-TTY", "techmarket", *arguments)

    def is_running(self, service: str) -> bool:
        """Whether it runs."""
        return bool(self._running(service))

    def require_ports(self) -> None:
        """Check the published ports.

        Raises:
            ConfigurationError: another program uses one; names the setting.
        """
        for service in _PORTS if self.has_databases else ("server", "site"):
            if not is_free(self.port(service)) and not self.is_running(service):
                msg = (
                    f"Port {self.port(service)} of {HOST}, wanted for {service}, is taken by another program. "
                    f"Next: stop that program, or set {_PORTS[service][0]} in {self.settings_file} to a free port."
                )
                raise ConfigurationError(msg)

    def stop(self, *, with_data: bool = False) -> bool:
        """Stop all; False if nothing ran. ``with_data`` removes the volumes."""
        ran = bool(self._running())
        if ran:
            self.compose("stop", "worker")
        stop_containers(containers(label=self.run_label))
        self.compose("--profile", "tools", "--profile", "databases", "down", "--remove-orphans", *(["--volumes"] if with_data else []))
        return ran

    def _running(self, *services: str) -> list[str]:
        """Ids of running containers, without compose's warnings."""
        return _CONTAINER_ID.findall(attempt([*self._compose({}), "ps", "--quiet", *services]).stdout)

    def _compose(self, environment: Mapping[str, str]) -> list[str]:
        """Compose with the file's settings, safe from the shell's variables."""
        foreign = [option for name in sorted(os.environ) if name.startswith(("TECHMARKET_", "COMPOSE_")) for option in ("--unset", name)]
        own = [f"{name}={value}" for name, value in {"STACK_SETTINGS": str(self.settings_file.resolve()), **environment}.items()]
        options = ["--project-name", self.project, "--env-file", str(self.settings_file), "--file", str(COMPOSE_FILE)]
        return ["env", *foreign, *own, "docker", "compose", "--progress", "quiet", *options]
