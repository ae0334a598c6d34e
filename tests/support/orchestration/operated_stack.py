import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import FlowRun, State
from sqlalchemy import URL
from sqlalchemy.pool import NullPool

from infra.local.ports import HOST, remembered_port
from infra.stack.prefect_side import prefect
from infra.stack.stack import Stack
from techmarket.seed import change_source
from tests.support.queries import SOLD_IN_SOURCE, value
from tests.support.waiting import wait_until

SOLD_IN_WAREHOUSE = "SELECT sum(revenue) FROM dwh.mart_sales_dynamics"
LOCK_HOLDERS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"


@dataclass
class OperatedStack:
    stack: Stack
    image: str
    client: SyncPrefectClient
    changes: int = field(default=0)

    @cached_property
    def oltp_admin(self) -> URL:
        password = self.stack.settings["OLTP_ROOT_PASSWORD"]
        return URL.create("mysql+pymysql", "root", password, HOST, self.stack.port("oltp"), "techmarket")

    @cached_property
    def dwh_admin(self) -> URL:
        password = self.stack.settings["WAREHOUSE_ADMIN_PASSWORD"]
        return URL.create("postgresql+psycopg2", "postgres", password, HOST, self.stack.port("warehouse"), "techmarket")

    @property
    def analyst(self) -> URL:
        return self.dwh_admin.set(username="techmarket_bi", password=self.stack.settings["TECHMARKET_BI_PASSWORD"])

    def oltp(self, statement: str) -> Any:
        return value(self.oltp_admin, statement)

    def dwh(self, statement: str) -> Any:
        return value(self.dwh_admin, statement)

    def change_source(self) -> None:
        self.changes += 1
        change_source(sa.create_engine(self.oltp_admin, poolclass=NullPool), seed=self.changes, dirty=0)

    def prefect(self, *arguments: str) -> str:
        return prefect(self.stack, *arguments)

    def start(
        self, deployment: str, parameters: Mapping[str, Any] | None = None, job_variables: Mapping[str, Any] | None = None
    ) -> FlowRun:
        """As `prefect deployment run` does."""
        found = self.client.read_deployment_by_name(deployment)
        return self.client.create_flow_run_from_deployment(
            found.id, parameters=dict(parameters or {}), job_variables=dict(job_variables or {})
        )

    def start_load(self, mode: str = "incremental", job_variables: Mapping[str, Any] | None = None) -> FlowRun:
        return self.start("load-warehouse/ad-hoc", {"options": {"mode": mode}}, job_variables)

    def start_load_and_wait_until_at_work(self, mode: str = "full") -> FlowRun:
        """The load holds the lock and has not released."""
        run = self.start_load(mode)
        wait_until(lambda: self.dwh(f"SELECT count(*) FROM dwh.load_batches WHERE status = 'running' AND requested_by LIKE '%{run.id}%'"))
        return run

    def end_of(self, run: FlowRun, *, seconds: float = 240) -> State[Any]:
        return wait_until(lambda: self._final_state(run.id), seconds=seconds)

    def _final_state(self, run_id: UUID) -> State[Any] | None:
        state = self.client.read_flow_run(run_id).state
        return state if state and state.is_final() else None

    def load(self, mode: str = "incremental") -> FlowRun:
        run = self.start_load(mode)
        state = self.end_of(run)
        assert state.is_completed(), f"{state.name}: {state.message}"
        return self.client.read_flow_run(run.id)

    def log_of(self, run: FlowRun) -> str:
        mine = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run.id]))
        return "\n".join(line.message for line in self.client.read_logs(mine))

    def containers_of(self, run: FlowRun) -> list[str]:
        return docker("ps", "--quiet", "--no-trunc", "--filter", f"label=io.prefect.flow-run-id={run.id}").split()

    def container_of(self, run: FlowRun) -> str:
        (container,) = self.containers_of(run)
        return container

    def service_containers(self, service: str) -> list[str]:
        return self.stack.compose("ps", "--quiet", service).split()

    def require_whole_warehouse(self) -> None:
        """Marts equal sales to the cent; no lock is held, no batch runs."""
        assert self.dwh(SOLD_IN_WAREHOUSE) == self.oltp(SOLD_IN_SOURCE)
        assert self.dwh("SELECT count(*) FROM dwh.fact_payments") == self.oltp("SELECT COUNT(*) FROM payments")
        assert self.dwh("SELECT count(*) FROM dwh.load_batches WHERE status = 'running'") == 0
        assert self.dwh(LOCK_HOLDERS) == 0


@dataclass(frozen=True)
class FirstLoad:
    """The container is as the engine described it meanwhile."""

    run: FlowRun
    container: dict[str, Any]

    @classmethod
    def of(cls, operated: OperatedStack) -> "FirstLoad":
        printed = operated.prefect("deployment", "run", "load-warehouse/ad-hoc", "--param", 'options={"mode": "full"}')
        run = operated.client.read_flow_run(UUID(printed.partition("UUID: ")[2].split()[0]))
        wait_until(lambda: operated.containers_of(run))
        container = inspect(operated.container_of(run))
        operated.end_of(run)
        return cls(operated.client.read_flow_run(run.id), container)


def own_ports(directory: Path) -> dict[str, int]:
    """A free port for each published one, remembered for the next start."""
    return {name: remembered_port(directory / name.lower()) for name in ("PREFECT_PORT", "SITE_PORT", "OLTP_PORT", "WAREHOUSE_PORT")}


def docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def logs(container: str) -> str:
    """Both streams."""
    done = subprocess.run(["docker", "logs", container], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    return done.stdout


def inspect(container: str) -> dict[str, Any]:
    (found,) = json.loads(docker("inspect", container))
    return dict(found)
