"""Where extract and staging run: in this process or on Dask."""

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
    """Stages parts in threads during the extract; :func:`techmarket.staging.stage.stage` stages the rest."""

    @property
    def stream(self) -> PartStream:
        """Stages a running extract's parts."""
        return staging_stream

    def run(self, step: Task[..., _Result], **parameters: Any) -> _Result:
        """Run a task; returns or raises what it does."""
        result: _Result = step(**parameters)
        return result

    def stage_missing(self, extract: SealedExtract, *, batch_id: int) -> None:
        """Does nothing: no other process can help."""


def cluster() -> ThisProcess | DaskCluster:
    """By the settings.

    Raises:
        ConfigurationError: a Dask scheduler is set without the extra.
    """
    settings = load_settings()
    if not settings.dask_scheduler:
        return ThisProcess()
    try:
        from tasks.runtime.dask_cluster import DaskCluster  # noqa: PLC0415 - an extra that is slow to import
    except ImportError as exc:
        msg = "TECHMARKET_DASK_SCHEDULER is set, but the extra dask is not installed. Next: install requirements/dask.txt, or unset it."
        raise ConfigurationError(msg) from exc
    return DaskCluster(settings.dask_scheduler, connect_seconds=settings.connect_timeout.total_seconds())
