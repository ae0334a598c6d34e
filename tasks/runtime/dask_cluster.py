"""Extract and staging on Dask; the flow run keeps the lock and does the rest (docs/adr/0025-dask-cluster.md)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa
from distributed import CancelledError, KilledWorker, secede
from prefect import Task
from prefect_dask.task_runners import DaskTaskRunner, PrefectDaskFuture

from tasks.runtime import connections
from tasks.runtime.project import project
from tasks.stage import stage_part
from techmarket.errors import TransientError
from techmarket.extract.sealed import Part, SealedExtract
from techmarket.model.catalog import Catalog
from techmarket.staging import stage as staging

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class DaskCluster:
    """A cluster by its scheduler's address, such as tcp://scheduler:8786."""

    address: str
    connect_seconds: float

    def run(self, step: Task[..., _Result], **parameters: Any) -> _Result:
        """Run a task on a worker; returns or raises what it does."""
        with self._runner() as runner:
            return _result(runner.submit(step, parameters))

    def stage_missing(self, extract: SealedExtract, *, batch_id: int) -> None:
        """Stage the parts without a receipt, each on any worker."""
        missing = staging.missing_parts(connections.warehouse(), extract, batch_id=batch_id, catalog=project().catalog)
        with self._runner() as runner:
            parts = _PartsOnCluster(runner, batch_id, extract.manifest.extract_id)
            for part in missing:
                parts.put(part)
            for future in parts.futures:
                _result(future)

    @contextmanager
    def stream(self, warehouse: sa.Engine, *, batch_id: int, extract_id: str, catalog: Catalog, **_: object) -> Iterator[staging.Parts]:
        """Stage a running extract's parts from a task on a worker.

        :meth:`stage_missing` stages what fails here.
        """
        staging.empty_staging(warehouse, batch_id=batch_id, extract_id=extract_id, catalog=catalog)
        with self._runner() as runner:
            parts = _PartsOnCluster(runner, batch_id, extract_id)
            yield parts
            secede()  # type: ignore[no-untyped-call] # frees this worker's thread while it waits: parts may need it
            for future in parts.futures:
                future.wait()

    @contextmanager
    def _runner(self) -> Iterator[DaskTaskRunner]:
        with DaskTaskRunner(address=self.address, client_kwargs={"timeout": self.connect_seconds}) as runner:
            try:
                runner.client.wait_for_workers(1, timeout=self.connect_seconds)
            except OSError as exc:
                msg = (
                    f"The Dask scheduler {self.address} (TECHMARKET_DASK_SCHEDULER) does not answer, or has no worker. "
                    "Next: check that both are up, then run again."
                )
                raise TransientError(msg) from exc
            yield runner


@dataclass
class _PartsOnCluster:
    runner: DaskTaskRunner
    batch_id: int
    extract_id: str
    futures: list[PrefectDaskFuture[None]] = field(default_factory=list)

    def put(self, part: Part, _text: Sequence[bytes] = (), /) -> None:
        parameters = {"part": part, "batch_id": self.batch_id, "extract_id": self.extract_id}
        self.futures.append(self.runner.submit(stage_part, parameters))


def _result(future: PrefectDaskFuture[_Result]) -> _Result:
    """The task's result or own error.

    Raises:
        TransientError: the cluster lost it: workers or scheduler died.
    """
    try:
        return future.result()
    except (CancelledError, KilledWorker, ConnectionError) as exc:
        msg = f"The Dask cluster lost a task ({type(exc).__name__}). Next: look at its workers' logs and memory, then run again."
        raise TransientError(msg) from exc
