"""A backfill as its parent run sees it: windows of the ledger, one run of a deployment each, and what they came to."""

import time
from collections import deque
from collections.abc import Iterable, Mapping
from typing import cast
from uuid import UUID

from prefect import get_run_logger, runtime, task
from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import FlowRun
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound

from tasks import connections
from tasks.artifacts import BackfillProgress
from tasks.retrying import REPORT, STEP
from techmarket.backfill.ledger import Backfill, open_backfill, window_states
from techmarket.backfill.report import BackfillReport
from techmarket.backfill.windows import BackfillRange, Window
from techmarket.errors import ConfigurationError
from techmarket.ledger.batches import process_name

WINDOW_DEPLOYMENT = "load-window/backfill"

_SECONDS_BETWEEN_LOOKS = 2.0


@task(task_run_name="open the backfill of {wanted}", **STEP)
def begin_backfill(wanted: BackfillRange, *, restart: bool) -> Backfill:
    """Open the backfill in the ledger, or find the one that an earlier run left unfinished."""
    requested_by = f"{process_name()}, flow run {runtime.flow_run.id}"
    backfill = open_backfill(connections.warehouse(), wanted, requested_by=requested_by, restart=restart)
    get_run_logger().info("%s backfill %d of %s", "Going on with" if backfill.is_resumed else "Opened", backfill.backfill_id, wanted)
    return backfill


@task(task_run_name="find the windows that are left", **STEP)
def windows_left(backfill: Backfill) -> list[Window]:
    """The windows that are not released yet."""
    states = window_states(connections.warehouse(), backfill.backfill_id)
    left = [state.window for state in states if not state.is_released]
    get_run_logger().info("%d of %d windows are left to do", len(left), len(states))
    return left


def run_windows(backfill: Backfill, windows: Iterable[Window], *, at_once: int, allow_mass_delete: bool) -> dict[Window, str]:
    """Start a run for each window, ``at_once`` at most, and wait until all have ended; returns why those failed that did.

    A window whose run crashed is started once more when the others have been: its process or container died, whatever the window holds.

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
    return cast("FlowRun", run).id  # a coroutine comes back only where an event loop runs


def _ended(running: Mapping[UUID, Window]) -> list[FlowRun]:
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=list(running))), limit=len(running))
    return [run for run in runs if run.state and run.state.is_final()]


@task(task_run_name="sum the backfill up", **STEP)
def summarise(backfill: Backfill, failed: Mapping[Window, str]) -> BackfillReport:
    """What the ledger says of every window, with what stopped those that failed."""
    report = BackfillReport(backfill, window_states(connections.warehouse(), backfill.backfill_id), failed)
    get_run_logger().info("%s %s", report.headline(), " ".join(report.proof()))
    return report


@task(task_run_name="publish the summary", **REPORT)
def publish_summary(report: BackfillReport) -> None:
    """Show the windows and the proof that the period is what it was, or that it is not."""
    create_markdown_artifact(report.markdown(), key="backfill-summary", description=report.headline())
    get_run_logger().info("Published the summary of backfill %d", report.backfill.backfill_id)
