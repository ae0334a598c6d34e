"""Whole loads at two sizes beside the floors."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from sqlalchemy import URL

from techmarket.model.catalog import CATALOG
from tests.bench.cores import Cores
from tests.bench.databases import LINES_PER_ORDER, new_warehouse, seeded_databases
from tests.bench.document import Section
from tests.bench.floors import release_floor, staging_floor
from tests.bench.releases import NEWEST, SPREAD, change

_CHANGES = {"the newest 1,000 orders changed": NEWEST, "1,000 orders changed, spread over three years": SPREAD}


def measured(lines: int, runs: int) -> Section:
    """Seconds, phases and peak memory at a tenth of the lines and at all; floors in seconds."""
    return {"sizes": [_measured_at(size, runs) for size in (lines // 10, lines)]}


def _measured_at(lines: int, runs: int) -> Section:
    orders = lines // LINES_PER_ORDER
    with seeded_databases(orders) as (oltp, dwh), Commands(oltp, dwh) as commands:
        floors: dict[str, list[Any]] = {"staging": [], "release, indexes last": []}
        loads: dict[str, list[Section]] = {"first load": []}
        for _ in range(runs):  # in turns, so that a slow machine slows all of them
            floors["staging"].append(staging_floor(oltp, dwh))
            new_warehouse(dwh)
            loads["first load"].append(commands.run("load", "--full"))
            floors["release, indexes last"].append(release_floor(dwh, indexes_last=True))
        floors["release, indexes in place"] = [release_floor(dwh, indexes_last=False)]
        loads["full load again, nothing changed"] = [commands.run("load", "--full")]
        loads["no changes"] = [commands.run("load") for _ in range(runs)]
        for what, where in _CHANGES.items():
            loads[what] = []
            for _ in range(runs):
                change(sa.create_engine(oltp), where, orders)
                loads[what].append(commands.run("load"))
        loads["reconcile, everything equal"] = [commands.run("reconcile") for _ in range(runs)]
        with sa.create_engine(oltp).connect() as source:
            rows = sum(source.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in CATALOG)
            all_lines = source.exec_driver_sql("SELECT count(*) FROM order_items").scalar_one()
    return {"orders": orders, "lines": all_lines, "rows": rows, "floors": floors, "loads": loads}


class Commands:
    """Runs commands with their own folder."""

    def __init__(self, oltp: URL, dwh: URL) -> None:
        self._folder = TemporaryDirectory(prefix="bench-load-")
        self._path = Path(self._folder.name)
        self._environment = {
            "TECHMARKET_OLTP_URL": oltp.render_as_string(hide_password=False),
            "TECHMARKET_DWH_URL": dwh.render_as_string(hide_password=False),
            "TECHMARKET_EXTRACT_DIR": str(self._path / "extracts"),
            "TECHMARKET_DATA_DOCS_DIR": str(self._path / "docs"),
            "BENCH_LOG": str(self._path / "log"),
            "BENCH_PEAK": str(self._path / "peak"),
        }

    def __enter__(self) -> "Commands":
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def run(self, *arguments: str) -> Section:
        """Seconds, phases and peak memory in MiB of a command's process."""
        started = time.monotonic()
        command = [sys.executable, "-m", "tests.bench.command", "--verbose", *arguments]
        with Cores() as cores:
            done = subprocess.run(command, env={**os.environ, **self._environment}, check=False, capture_output=True, text=True)
        seconds = time.monotonic() - started
        if done.returncode:
            sys.exit(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr[-2000:]}")
        log = [json.loads(line) for line in (self._path / "log").read_text(encoding="utf-8").splitlines()]
        peak = int((self._path / "peak").read_text(encoding="ascii")) / 1024
        print(f"{' '.join(arguments)}: {seconds:.2f} s, {peak:.0f} MiB, {_spent(log, seconds)}", flush=True)
        return {"seconds": round(seconds, 2), "peak_mib": round(peak, 1), "busy_share": cores.busy_share, "spent": _spent(log, seconds)}


def _spent(log: list[tuple[float, str]], seconds: float) -> Mapping[str, float]:
    """Seconds by phase, from a load's log; empty for other commands."""
    begun = {message.partition(" ")[0]: instant for instant, message in log}
    if "release" not in begun:
        return {}
    steps: dict[str, float] = {}
    for _, message in log:
        name, _, rest = message.partition(" ")
        steps[name] = steps.get(name, 0.0) + _seconds(rest)
    aggregates = sum(
        taken
        for name, taken in steps.items()
        if name.startswith(("sql=release/touched/", "sql=release/agg_", "sql=release/analyze_aggregates"))
    )
    certificate = sum(taken for name, taken in steps.items() if name.startswith("sql=release/certificate/"))
    release = steps["release"]
    spent = {
        "reading and staging": begun["stage"],
        "gate": begun["release"] - release - begun["stage"],
        "release: star": release - aggregates - certificate,
        "release: aggregates": aggregates,
        "release: certificate": certificate,
        "pages, end": seconds - begun["release"],
    }
    return {what: round(taken, 2) for what, taken in spent.items()}


def _seconds(said: str) -> float:
    return float(said.partition("seconds=")[2].partition(" ")[0] or 0)


def as_markdown(found: Section) -> list[str]:
    small, large = found["sizes"]
    lines = [
        "## Whole loads",
        "",
        "`techmarket load` as a process, start and imports included; medians, for two numbers of order lines.",
        "",
        f"| load | {small['lines']:,}: s | {large['lines']:,}: s | ratio | peak MiB | peak MiB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for what in large["loads"]:
        (few, few_mib), (many, many_mib) = (_medians(size["loads"][what]) for size in (small, large))
        lines.append(f"| {what} | {few:.1f} | {many:.1f} | {many / few:.2f} | {few_mib:.0f} | {many_mib:.0f} |")
    phases = list(spent_medians(large["loads"]["first load"]))
    lines += [
        "",
        "The larger by phase in seconds, and how busy all cores were, servers included:",
        "",
        f"| load | {' | '.join(phases)} | cores busy |",
        f"|---|{'---:|' * (len(phases) + 1)}",
    ]
    for what, runs in large["loads"].items():
        if runs[0]["spent"]:
            busy = statistics.median(run["busy_share"] for run in runs)
            lines.append(f"| {what} | {' | '.join(f'{seconds:.1f}' for seconds in spent_medians(runs).values())} | {busy:.0%} |")
    return [*lines, "", *_against_floors(large)]


def _medians(runs: list[Section]) -> tuple[float, float]:
    return statistics.median(run["seconds"] for run in runs), statistics.median(run["peak_mib"] for run in runs)


def spent_medians(runs: list[Section]) -> Mapping[str, float]:
    return {phase: statistics.median(run["spent"][phase] for run in runs) for phase in runs[0]["spent"]}


def _against_floors(size: Section) -> list[str]:
    """The floors do not seal, check, prove or compare."""
    floors = size["floors"]
    staging = statistics.median(floors["staging"])
    in_place, last = (
        [statistics.median(column) for column in zip(*floors[f"release, indexes {how}"], strict=True)] for how in ("in place", "last")
    )
    first = size["loads"]["first load"]
    spent, floor = spent_medians(first), staging + sum(last)
    rows = [
        ("the two clients piped, all eight tables, then key indexes and ANALYZE", staging, spent["reading and staging"]),
        ("`INSERT … SELECT` into an equal star, its indexes in place", in_place[0], spent["release: star"]),
        ("the same, secondary indexes of the facts built last", last[0], spent["release: star"]),
        ("`INSERT … SELECT` into the six aggregates", last[1], spent["release: aggregates"]),
        ("all of it, indexes built last, against the whole process", floor, _medians(first)[0]),
    ]
    return [
        f"The first load of {size['lines']:,} order lines ({size['rows']:,} rows in eight tables) against floors, which neither",
        "seal, check, compare nor prove anything.",
        "",
        "| floor | its seconds | this project's | ratio |",
        "|---|---:|---:|---:|",
        *(f"| {what} | {bare:.1f} | {ours:.1f} | {ours / bare:.2f} |" for what, bare, ours in rows),
    ]
