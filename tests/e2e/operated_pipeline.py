"""The deployed pipeline, as its operator meets it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import Artifact, FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from sqlalchemy.pool import NullPool

from infra.demo.databases import DemoDatabases
from infra.demo.prefect_services import PrefectServices
from techmarket.errors import ConfigurationError


@dataclass(frozen=True)
class Pipeline:
    services: PrefectServices
    client: SyncPrefectClient
    databases: DemoDatabases
    extracts: Path

    def load(self, mode: str) -> FlowRun:
        """``prefect deployment run``; the run at its end, whichever that is."""
        with at_any_end():
            self.services.run_deployment("load-warehouse/ad-hoc", {"options": {"mode": mode}})
        return self.client.read_flow_runs(sort=FlowRunSort.EXPECTED_START_TIME_DESC, limit=1)[0]

    def retry(self, run: FlowRun) -> FlowRun:
        """What the UI's Retry button does; the run at its next end."""
        self.services.prefect("flow-run", "retry", str(run.id))
        with at_any_end():
            self.services.prefect("flow-run", "watch", str(run.id))
        return self.client.read_flow_run(run.id)

    def artifacts(self, run: FlowRun) -> dict[str, Artifact]:
        mine = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run.id]))
        return {str(artifact.key): artifact for artifact in self.client.read_artifacts(artifact_filter=mine)}

    def log(self, run: FlowRun) -> str:
        mine = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run.id]))
        return "\n".join(f"{line.name}: {line.message}" for line in self.client.read_logs(mine))

    def oltp(self, statement: str) -> Any:
        """First value that a statement returns in the order system."""
        return _value(self.databases.oltp_admin, statement)

    def dwh(self, statement: str) -> Any:
        """First value that a statement returns in the warehouse."""
        return _value(self.databases.dwh_admin, statement)

    def extract_of(self, run_id: UUID) -> str:
        """Extract that the last batch of a flow run released."""
        return str(self.dwh(f"SELECT extract_id FROM dwh.load_batches WHERE requested_by LIKE '%{run_id}%' ORDER BY batch_id DESC LIMIT 1"))


@contextmanager
def at_any_end() -> Iterator[None]:
    """Lets a command that waits for a run fail because the run did, and for no other cause."""
    try:
        yield
    except ConfigurationError as exc:
        if "in state" not in str(exc):
            raise


DeployedPipeline = Callable[[sa.URL], AbstractContextManager[Pipeline]]
"""Makes a bootstrapped pipeline on a seeded order system of the given server."""


def _value(url: sa.URL, statement: str) -> Any:
    with sa.create_engine(url, poolclass=NullPool).begin() as connection:
        result = connection.exec_driver_sql(statement)
        return result.scalar() if result.returns_rows else None
