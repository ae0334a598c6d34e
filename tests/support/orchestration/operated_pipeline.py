import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import Artifact, FlowRun
from prefect.client.schemas.sorting import ArtifactSort

from infra.demo.databases import DemoDatabases
from infra.demo.prefect_services import PrefectServices
from tests.support.queries import value


@dataclass(frozen=True)
class Pipeline:
    services: PrefectServices
    client: SyncPrefectClient
    databases: DemoDatabases
    extracts: Path
    docs_url: str

    def load(self, mode: str, **options: object) -> FlowRun:
        """``prefect deployment run``; returns the ended run."""
        return self.services.run_deployment("load-warehouse/ad-hoc", {"options": {"mode": mode, **options}})

    def retry(self, run: FlowRun) -> FlowRun:
        """The UI's Retry button; returns the run at its next end."""
        self.services.prefect("flow-run", "retry", str(run.id))
        return self.services.wait_for_end(run.id)

    def artifacts(self, run: FlowRun) -> dict[str, Artifact]:
        """The run's newest artifacts by key."""
        mine = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run.id]))
        newest_first = self.client.read_artifacts(artifact_filter=mine, sort=ArtifactSort.CREATED_DESC)
        return {str(artifact.key): artifact for artifact in reversed(newest_first)}

    def log_with(self, run: FlowRun, awaited: str) -> str:
        """The run's log once it holds a text, as the server stores lines late."""
        mine = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run.id]))
        deadline = time.monotonic() + 30
        while True:
            log = "\n".join(f"{line.name}: {line.message}" for line in self.client.read_logs(mine))
            if awaited in log or time.monotonic() > deadline:
                return log
            time.sleep(0.2)

    def oltp(self, statement: str) -> Any:
        return value(self.databases.oltp_admin, statement)

    def dwh(self, statement: str) -> Any:
        return value(self.databases.dwh_admin, statement)

    def extract_of(self, run_id: UUID) -> str:
        return str(self.dwh(f"SELECT extract_id FROM dwh.load_batches WHERE requested_by LIKE '%{run_id}%' ORDER BY batch_id DESC LIMIT 1"))


DeployedPipeline = Callable[..., AbstractContextManager[Pipeline]]
"""Makes a bootstrapped pipeline on a new order system with ``orders`` orders."""
