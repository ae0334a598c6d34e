"""Flow runs for the windows of a backfill."""

import time
from collections import deque
from collections.abc import Iterable, Mapping
from typing import cast
from uuid import UUID

from prefect import get_run_logger
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import FlowRun
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound

from tasks.runtime.artifacts import BackfillProgress
from techmarket.backfill.ledger import Backfill
from techmarket.backfill.windows import Window
from techmarket.errors import ConfigurationError

WINDOW_DEPLOYMENT = "load-window/backfill"

_SECONDS_BETWEEN_LOOKS = 2.0


def run_windows(backfill: Backfill, windows: Iterable[Window], *, at_once: int, allow_mass_delete: bool) -> dict[Window, str]:
    """Run all windows, ``at_once`` at most, and wait; returns the reasons of failed ones.

    A crashed run, perhaps of a dead process, starts once more after the others.

    Raises:
        ConfigurationError: the windows' deployment does not exist.
    """
    waiting, running, failed = deque(windows), dict[UUID, Window](), dict[Window, str]()
    total, crashed = len(waiting), set[Window]()
    progress = BackfillProgress(total)
    while waiting or running:
        while waiting and len(running) < at_once:
            window = waiting.popleft()
            running[_start(backfill, window, allow_mass_delete=allow_mass_delete)] = window
        progress.show(total - len(waiting) - len(running), len(running))
        time.sleep(_SECONDS_BETWEEN_LOOKS)
        for run in _ended(running):
            window = running.pop(run.id)
            if not run.state or run.state.is_completed():
                continue
            why = f"{run.state.name}. {run.state.message or ''}".strip()
            if run.state.is_crashed() and window not in crashed:
                crashed.add(window)
                waiting.append(window)
                get_run_logger().warning("The run of window %s died; it is started once more. %s", window, why)
            else:
                failed[window] = why
                get_run_logger().warning("The window %s failed, the others go on. %s", window, why)
        progress.show(total - len(waiting) - len(running), len(running))
    return failed


def _start(backfill: Backfill, window: Window, *, allow_mass_delete: bool) -> UUID:
    bounds = {"start": window.start.isoformat(), "end": window.end.isoformat()}
    parameters = {"window": {"backfill_id": backfill.backfill_id, **bounds, "allow_mass_delete": allow_mass_delete}}
    try:
        run = run_deployment(WINDOW_DEPLOYMENT, parameters=parameters, flow_run_name=f"window {window}", timeout=0)
    except ObjectNotFound as exc:
        msg = f"The deployment {WINDOW_DEPLOYMENT} does not exist. Next: run `prefect --no-prompt deploy --all`, then the backfill again."
        raise ConfigurationError(msg) from exc
    return cast("FlowRun", run).id  # Prefect returns a coroutine only inside an event loop


def _ended(running: Mapping[UUID, Window]) -> list[FlowRun]:
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=list(running))), limit=len(running))
    return [run for run in runs if run.state and run.state.is_final()]
