"""Retries of transient failures only."""

from typing import Any

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from techmarket.errors import TransientError


def is_transient(_task: Task[..., Any], _task_run: TaskRun, state: State[Any]) -> bool:
    """Whether the failure or its cause is transient."""
    failure = state.data
    while isinstance(failure, BaseException):
        if isinstance(failure, TransientError):
            return True
        failure = failure.__cause__
    return False


DELAYS_SECONDS = (5, 10, 20)
"""Waits before the retries."""

RETRIED: dict[str, Any] = {
    "retries": len(DELAYS_SECONDS),
    "retry_delay_seconds": list(DELAYS_SECONDS),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": is_transient,
}
"""For a step that uses a database: each wait is up to half as long again."""

STEP: dict[str, Any] = {**RETRIED, "cache_policy": NO_CACHE, "persist_result": False}
"""For a step with side effects, which a cached result would skip."""

REPORT: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False, "timeout_seconds": 120}
"""For a step that only informs people."""
