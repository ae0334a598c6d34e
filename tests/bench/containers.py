"""Time in containers: to start, to load without changes, to rebuild the image."""

import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from rich.console import Console

from infra.local.deployments import PREFECT_FILE
from infra.local.servers import LOCAL
from infra.stack.settings_file import ensure_settings_file
from infra.stack.stack import Stack
from infra.stack.starting import start
from tests.support.orchestration.operated_stack import OperatedStack, docker, own_ports

_ORDERS = 40_000
_BATCH_IS_OPEN = "Opened batch"


@contextmanager
def _stack() -> Iterator[OperatedStack]:
    directory = LOCAL / "bench-docker"
    settings_file = directory / ".env"
    settings_file.unlink(missing_ok=True)
    ensure_settings_file(settings_file)
    with settings_file.open("a") as text:
        text.writelines(f"{name}={port}\n" for name, port in own_ports(directory).items())
    stack = Stack("techmarket-bench", settings_file)
    try:
        image = start(stack, Console())
        stack.command("seed", "--orders", str(_ORDERS), "--replace")
        with SyncPrefectClient(stack.api_url) as client:
            operated = OperatedStack(stack, image, client)
            operated.load("full")
            yield operated
    finally:
        stack.stop(with_data=True)


def measured(runs: int) -> dict[str, Any]:
    with _stack() as operated:
        loads = [_load_without_changes(operated) for _ in range(runs)]
        image_bytes = int(docker("image", "inspect", "--format", "{{.Size}}", operated.image))
        rebuild_seconds = _rebuild_after_a_change()
    return {
        "engine": docker("version", "--format", "{{.Server.Version}}"),
        "orders": _ORDERS,
        "image_bytes": image_bytes,
        "rebuild_seconds": round(rebuild_seconds, 1),
        "loads": loads,
    }


def _load_without_changes(operated: OperatedStack) -> dict[str, float]:
    """Seconds from `prefect deployment run` to the first log line, to the open batch and to the end."""
    asked = datetime.now(UTC)
    printed = operated.prefect("deployment", "run", "load-warehouse/ad-hoc")
    run = operated.client.read_flow_run(UUID(printed.partition("UUID: ")[2].split()[0]))
    state = operated.end_of(run)
    if not state.is_completed():
        msg = f"A load without changes ended {state.name}: {state.message}"
        raise SystemExit(msg)
    lines = operated.client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run.id])))
    opened = next(line for line in lines if line.message.startswith(_BATCH_IS_OPEN))
    of_flow = [line.timestamp for line in lines if line.name != "prefect.flow_runs.worker"]
    ended = operated.client.read_flow_run(run.id)
    return {
        "first_line": round((min(of_flow) - asked).total_seconds(), 1),
        "batch_open": round((opened.timestamp - asked).total_seconds(), 1),
        "run": round(ended.total_run_time.total_seconds(), 1),
    }


def _rebuild_after_a_change() -> float:
    """Seconds of a build in a copy of the repository with one changed module."""
    with tempfile.TemporaryDirectory() as folder:
        # Other file modes would rebuild every layer.
        pack = ["git", "-c", "tar.umask=022", "archive", "HEAD"]
        archive = subprocess.run(pack, cwd=PREFECT_FILE.parent, check=True, capture_output=True).stdout
        subprocess.run(["tar", "--extract", "--directory", folder], input=archive, check=True)
        with (Path(folder) / "techmarket" / "errors.py").open("a") as module:
            module.write(f"\n# {time.time_ns()}\n")
        started = time.monotonic()
        docker("build", "--quiet", "--file", f"{folder}/infra/image/Dockerfile", "--tag", "techmarket:bench", folder)
        seconds = time.monotonic() - started
    docker("image", "rm", "techmarket:bench")
    return seconds


def as_markdown(section: dict[str, Any]) -> list[str]:
    first_line, batch_open, run = (
        statistics.median(load[name] for load in section["loads"]) for name in ("first_line", "batch_open", "run")
    )
    return [
        "## Runs in containers",
        "",
        f"Docker engine {section['engine']}, the stack of `make up` with {section['orders']:,} orders; medians of",
        f"{len(section['loads'])} loads without changes (`make bench ARGS=containers`).",
        "",
        "| | |",
        "|---|---:|",
        f"| `prefect deployment run` to the first line of the run's log | {first_line:.1f} s |",
        f"| the same to the open batch | {batch_open:.1f} s |",
        f"| the run itself, from its start to its end | {run:.1f} s |",
        f"| the image | {section['image_bytes'] / 1e6:,.0f} MB |",
        f"| building it again after a change of one module | {section['rebuild_seconds']:.1f} s |",
    ]
