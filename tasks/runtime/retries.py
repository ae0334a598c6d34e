"""How often a step is tried: what may pass by itself, and nothing else."""

from typing import Any

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from techmarket.errors import TransientError


def is_transient(_task: Task[..., Any], _task_run: TaskRun, state: State[Any]) -> bool:
    """Whether the failure, or what caused it, is one that the same call may not meet again."""
    failure = state.data
    while isinstance(failure, BaseException):
        if isinstance(failure, TransientError):
            return True
        failure = failure.__cause__
    return False


DELAYS_SECONDS = (5, 10, 20)
"""The waits before what met a transient failure is tried again."""

RETRIED: dict[str, Any] = {
    "retries": len(DELAYS_SECONDS),
    "retry_delay_seconds": list(DELAYS_SECONDS),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": is_transient,
}
"""For a step that talks to a database: again after each of the waits, or up to half as long again."""

STEP: dict[str, Any] = {**RETRIED, "cache_policy": NO_CACHE, "persist_result": False}
"""The same for a step whose effect is the point: one taken from a cache would be one not taken."""

REPORT: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False, "timeout_seconds": 120}
"""For what is only shown to people."""
