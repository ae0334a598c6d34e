"""A full load as a flow run, without and with local Dask clusters.

``python -m tests.bench.dask_cluster`` is the run itself.
"""

import json
import logging
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.demo.prefect_services import PrefectServices
from infra.local.databases import fresh_database
from tests.bench.databases import LINES_PER_ORDER, new_warehouse, seeded_databases
from tests.bench.document import Section
from tests.support.orchestration.local_cluster import local_cluster

_PLACES = {"in the run's own process": 0, "on one worker": 1, "on two workers": 2}
"""Workers by place; each has two threads."""


def measured(lines: int, runs: int) -> Section:
    """Seconds of flow runs, and of their reading and staging, by place, in turns."""
    found: dict[str, list[dict[str, float]]] = {place: [] for place in _PLACES}
    with (
        seeded_databases(lines // LINES_PER_ORDER) as (oltp, dwh),
        TemporaryDirectory(prefix="bench-dask-") as folder,
        fresh_database(dwh) as prefect_database,
    ):
        services = PrefectServices(Path(folder) / "services")
        try:
            services.start_server(prefect_database)
            services.wait_for_server()
            environment = {
                "PREFECT_API_URL": services.api_url,
                "PREFECT_HOME": f"{folder}/prefect",
                "PREFECT_LOCAL_STORAGE_PATH": f"{folder}/results",
                "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
                "TECHMARKET_OLTP_URL": oltp.render_as_string(hide_password=False),
                "TECHMARKET_DWH_URL": dwh.render_as_string(hide_password=False),
                "TECHMARKET_EXTRACT_DIR": f"{folder}/extracts",
                "TECHMARKET_DATA_DOCS_DIR": f"{folder}/docs",
            }
            for _ in range(runs):
                for place, workers in _PLACES.items():
                    new_warehouse(dwh)
                    with _cluster(Path(folder), workers, environment) as settings:
                        found[place].append(_run({**environment, **settings}))
                    print(f"{place}: {found[place][-1]}", flush=True)
        finally:
            services.stop()
    return {"lines": lines, "runs": found}


@contextmanager
def _cluster(folder: Path, workers: int, environment: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """The run's settings for a cluster; empty without workers."""
    if not workers:
        yield {}
        return
    with (
        TemporaryDirectory(dir=folder) as logs,
        local_cluster(folder, workers=workers, environment=environment, log_folder=Path(logs)) as cluster,
    ):
        yield {"TECHMARKET_DASK_SCHEDULER": cluster.address}


def _run(environment: Mapping[str, str]) -> dict[str, float]:
    """Seconds of the flow's process without imports, and until all was staged."""
    command = [sys.executable, "-m", "tests.bench.dask_cluster"]
    done = subprocess.run(command, env={**os.environ, **environment}, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"the flow run ended with {done.returncode}: {done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


class _UntilStaged(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.began = time.monotonic()
        self.staged_after = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith("stage "):
            self.staged_after = time.monotonic() - self.began


def main() -> None:
    from flows.load_warehouse import LoadOptions, load_warehouse
    from techmarket.model.modes import Mode

    log = logging.getLogger("techmarket")
    log.setLevel(logging.INFO)
    handler = _UntilStaged()
    log.addHandler(handler)
    load_warehouse(LoadOptions(mode=Mode.FULL))
    seconds = time.monotonic() - handler.began
    print(json.dumps({"staged_after": round(handler.staged_after, 2), "seconds": round(seconds, 2)}))


def as_markdown(found: Section) -> list[str]:
    return [
        "## On a Dask cluster",
        "",
        f"A first load of {found['lines']:,} order lines as a run of the flow `load-warehouse`; medians. All workers (two threads",
        "each) and servers share one machine: this shows the cost of a cluster, not the gain of more machines.",
        "",
        "| extract and staging | until all is staged: s | the whole run: s |",
        "|---|---:|---:|",
        *(f"| {place} | {_median(runs, 'staged_after'):.1f} | {_median(runs, 'seconds'):.1f} |" for place, runs in found["runs"].items()),
    ]


def _median(runs: list[dict[str, Any]], key: str) -> float:
    return statistics.median(run[key] for run in runs)


if __name__ == "__main__":
    main()
