"""A first load with both servers on one core, and on two."""

import os
import statistics
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import URL

from tests.bench.databases import LINES_PER_ORDER, new_warehouse, seeded_databases, source_process
from tests.bench.document import Section
from tests.bench.load import Commands, spent_medians

_ON_PAPER = (4, 8)


def measured(lines: int, runs: int) -> Section:
    """Seconds by number of cores, in turns."""
    every_core = sorted(os.sched_getaffinity(0))
    loads: dict[str, list[Section]] = {"1": [], "2": []}
    with seeded_databases(lines // LINES_PER_ORDER) as (oltp, dwh), Commands(oltp, dwh) as commands:
        servers = [source_process(oltp), _warehouse_process(dwh)]
        for _ in range(runs):
            for cores, results in loads.items():
                new_warehouse(dwh)
                _keep_to(set(every_core[: int(cores)]), servers)
                results.append(commands.run("load", "--full"))
                _keep_to(set(every_core), servers)
    return {"lines": lines, "loads": loads}


def _warehouse_process(dwh: URL) -> int:
    with sa.create_engine(dwh).connect() as connection:
        lock_file = Path(connection.exec_driver_sql("SHOW data_directory").scalar_one()) / "postmaster.pid"
    return int(lock_file.read_text(encoding="ascii").splitlines()[0])


def _keep_to(cores: set[int], servers: list[int]) -> None:
    """Pin the servers, this process and its children."""
    os.sched_setaffinity(0, cores)
    for thread in [thread for server in servers for thread in _threads(server)]:
        with suppress(ProcessLookupError):
            os.sched_setaffinity(thread, cores)


def _threads(process: int) -> Iterator[int]:
    """Threads of a process and its children; new ones inherit the cores."""
    with suppress(FileNotFoundError):  # PostgreSQL's helpers come and go
        for task in Path(f"/proc/{process}/task").iterdir():
            yield int(task.name)
            for child in (task / "children").read_text(encoding="ascii").split():
                yield from _threads(int(child))


def as_markdown(found: Section) -> list[str]:
    one, two = (spent_medians(found["loads"][cores]) for cores in ("1", "2"))
    rows = [(phase, one[phase], two[phase], *(_on_paper(one[phase], two[phase], cores) for cores in _ON_PAPER)) for phase in one]
    whole = [statistics.median(run["seconds"] for run in found["loads"][cores]) for cores in ("1", "2")]
    rows.append(("all of it", *whole, *(sum(paper) for paper in list(zip(*rows, strict=True))[3:])))
    return [
        "## From one core to two",
        "",
        f"A first load of {found['lines']:,} order lines, with the load and both servers on one core, and on two; medians.",
        "More cores are computed from these two by Amdahl's law, not measured.",
        "",
        f"| phase | one core: s | two cores: s | times as fast |{''.join(f' {cores} cores, on paper: s |' for cores in _ON_PAPER)}",
        f"|---|---:|---:|---:|{'---:|' * len(_ON_PAPER)}",
        *(f"| {phase} | {a:.1f} | {b:.1f} | {a / b:.2f} |{''.join(f' {more:.1f} |' for more in paper)}" for phase, a, b, *paper in rows),
    ]


def _on_paper(one: float, two: float, cores: int) -> float:
    shared = 2 * (one - two)
    return one - shared + shared / cores
