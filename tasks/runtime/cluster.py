"""Where extract and staging run: in the flow run's own process or, where the settings name one, on the workers of a Dask cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from prefect import Task

from techmarket.errors import ConfigurationError
from techmarket.extract.sealed import SealedExtract
from techmarket.settings import load_settings
from techmarket.staging.stage import PartStream, staging_stream

if TYPE_CHECKING:
    from tasks.runtime.dask_cluster import DaskCluster

_Result = TypeVar("_Result")


class ThisProcess:
    """Stages parts by threads of its own while it extracts; what is left is for :func:`techmarket.staging.stage.stage`."""

    @property
    def stream(self) -> PartStream:
        """What stages the parts of an extract while it goes on."""
        return staging_stream

    def run(self, step: Task[..., _Result], **parameters: Any) -> _Result:
        """Run a task; returns or raises what it does."""
        result: _Result = step(**parameters)
        return result

    def stage_missing(self, extract: SealedExtract, *, batch_id: int) -> None:
        """Stage what has no receipt yet, where others than this process can help."""


def cluster() -> ThisProcess | DaskCluster:
    """Where extract and staging run.

    Raises:
        ConfigurationError: the settings name a Dask scheduler, and the extra is not installed.
    """
    settings = load_settings()
    if not settings.dask_scheduler:
        return ThisProcess()
    try:
        from tasks.runtime.dask_cluster import DaskCluster  # noqa: PLC0415 - an extra, which takes a second to import
    except ImportError as exc:
        msg = "TECHMARKET_DASK_SCHEDULER is set, but the extra dask is not installed. Next: install requirements/dask.txt, or unset it."
        raise ConfigurationError(msg) from exc
    return DaskCluster(settings.dask_scheduler, connect_seconds=settings.connect_timeout.total_seconds())
