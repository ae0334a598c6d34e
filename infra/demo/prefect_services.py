"""A private Prefect server with one process worker.

On PostgreSQL: on Prefect's default, SQLite, a worker and two flow runs block each other.
"""

import json
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun
from prefect.workers.process import ProcessWorker
from sqlalchemy import URL

from infra.local.commands import run
from infra.local.deployments import without_image
from infra.local.ports import HOST, remembered_port
from infra.local.processes import BackgroundProcess

_REPOSITORY = Path(__file__).resolve().parents[2]
_WORK_POOL = "techmarket-local"
_POOL_DESCRIPTION = "Runs of TechMarket's pipeline as processes of this machine."
_NOTHING: Mapping[str, str] = MappingProxyType({})


class PrefectServices:
    """Server, work pool and worker below a directory with the flow runs' ``.env``.

    Processes get only ``besides`` as environment, nothing of a real system.
    """

    def __init__(self, directory: Path, *, besides: Mapping[str, str] = _NOTHING) -> None:
        self.directory = directory.resolve()
        self.server = BackgroundProcess(self.directory / "prefect-server", mark=f"server={self.directory}")
        self.worker = BackgroundProcess(self.directory / "prefect-worker", mark=f"worker={self.directory}")
        self._home = self.directory / "prefect-home"
        self._temporary = self.directory / "prefect-tmp"
        self._password_file = self.directory / "prefect-database"
        self._besides = besides
        self._port = 0
        self._server_command: list[str] = []

    @property
    def ui_url(self) -> str:
        """The UI's address."""
        return f"http://{HOST}:{self._port}"

    @property
    def api_url(self) -> str:
        """The API's address."""
        return f"{self.ui_url}/api"

    def start_server(self, database: URL) -> None:
        """Start on an empty PostgreSQL database, without waiting."""
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)
        self._temporary.mkdir(parents=True, exist_ok=True)
        self._port = remembered_port(self.server.directory / "port")
        arguments = ("server", "start", "--host", HOST, "--port", str(self._port))
        self._server_command = self._command(self.server, *arguments, also=self._with_password_aside(database))
        self.server.start(self._server_command)

    def restart_server(self) -> None:
        """Restart an ended server, and wait."""
        self.server.start(self._server_command)
        self.wait_for_server()

    def wait_for_server(self) -> None:
        """Wait until the API answers.

        Raises:
            ConfigurationError: it ended or did not answer in time; with its log.
        """
        self.server.wait_until(self._answers, seconds=120)

    def start_worker(self) -> None:
        """Create the work pool and start a process worker."""
        template = ProcessWorker.get_default_base_job_template()
        template["variables"]["properties"]["working_dir"]["default"] = str(self.directory)
        with SyncPrefectClient(self.api_url) as client:
            pool = WorkPoolCreate(name=_WORK_POOL, type="process", description=_POOL_DESCRIPTION, base_job_template=template)
            client.create_work_pool(pool, overwrite=True)
        self.worker.start(self._command(self.worker, "worker", "start", "--pool", _WORK_POOL))

    def deploy(self) -> str:
        """Deploy prefect.yaml; returns the output."""
        prefect_file = self.directory / "prefect.yaml"
        prefect_file.write_text(without_image())
        return self.prefect("--no-prompt", "deploy", "--all", "--prefect-file", str(prefect_file), folder=_REPOSITORY)

    def run_deployment(self, name: str, parameters: Mapping[str, object] | None = None) -> FlowRun:
        """``prefect deployment run``; returns the ended flow run."""
        return self.wait_for_end(self.start_deployment(name, parameters))

    def start_deployment(self, name: str, parameters: Mapping[str, object] | None = None) -> UUID:
        """``prefect deployment run``; returns the flow run's id."""
        options = [option for key, value in (parameters or {}).items() for option in ("--param", f"{key}={json.dumps(value)}")]
        printed = self.prefect("deployment", "run", name, *options)
        return UUID(printed.partition("UUID: ")[2].split()[0])

    def wait_for_end(self, flow_run_id: UUID) -> FlowRun:
        """Wait until the flow run ends.

        Raises:
            ConfigurationError: server or worker ended first; with its log.
        """
        with SyncPrefectClient(self.api_url) as client:
            while True:
                self.server.require_running()
                try:
                    flow_run = client.read_flow_run(flow_run_id)
                except httpx.TransportError:
                    self.server.require_running()
                    raise
                if flow_run.state and flow_run.state.is_final():
                    return flow_run
                self.worker.require_running()
                time.sleep(0.5)

    def prefect(self, *arguments: str, folder: Path | None = None) -> str:
        """Run a ``prefect`` command; returns its output.

        Raises:
            ConfigurationError: it failed; with its output.
        """
        return run(self._command(self.server, *arguments, folder=folder))

    def stop(self) -> None:
        """Stop worker, server and their children."""
        self.worker.stop()
        self.server.stop()

    def _with_password_aside(self, database: URL) -> dict[str, str]:
        """Prefect's database settings. The password is in a file: command lines are public."""
        self._password_file.unlink(missing_ok=True)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(f"*:*:*:*:{database.password}\n")
        address = URL.create("postgresql+asyncpg", database.username, None, database.host, database.port, database.database)
        return {"PREFECT_SERVER_DATABASE_CONNECTION_URL": str(address), "PGPASSFILE": str(self._password_file)}

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.api_url}/health", timeout=2) as response:  # noqa: S310 - the address is our own
                return bool(response.status == 200)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False

    def _command(
        self, process: BackgroundProcess, *arguments: str, folder: Path | None = None, also: Mapping[str, str] = _NOTHING
    ) -> list[str]:
        """A ``prefect`` command. Its ``-X`` option, which Python ignores, marks the process."""
        environment = {
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.directory),
            # The worker's temporary file has a fixed name, which users of one machine would share.
            "TMPDIR": str(self._temporary),
            "LANG": "C.UTF-8",
            "COLUMNS": "160",
            "DO_NOT_TRACK": "1",
            "PREFECT_HOME": str(self._home),
            "PREFECT_API_URL": self.api_url,
            "PREFECT_SERVER_UI_API_URL": self.api_url,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_UI_V2_ENABLED": "false",
            "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
            # Scheduled runs would disturb the requested ones.
            "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
            "PREFECT_DEFAULT_WORK_POOL_NAME": _WORK_POOL,
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            **self._besides,
            **also,
        }
        variables = [f"{name}={value}" for name, value in environment.items()]
        python = [sys.executable, "-X", process.mark, "-m", "prefect"]
        return ["env", "-i", f"--chdir={folder or self.directory}", *variables, *python, *arguments]
