"""Staging of ``order_items``, this project's way and others', side by side."""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import URL

from infra.local.servers import LOCAL
from tests.bench.contenders import CONTENDERS, command, empty_target, missing, target_table, write_outfile
from tests.bench.cores import Cores
from tests.bench.databases import LINES_PER_ORDER, seeded_databases
from tests.bench.peers import PEERS

_SLOW = "pandas_to_sql"
"""Stages a tenth of the lines, once: all of them take it minutes. Its rows a second are those of the tenth."""
_SUMS = "count(*), sum(order_item_id), sum(order_id), sum(product_id), sum(quantity), sum(unit_price), sum(discount), max(updated_at)"


@dataclass(frozen=True)
class Measured:
    """One contender's runs, as whole processes."""

    name: str
    rows: int
    wall_seconds: list[float]
    cpu_seconds: list[float]
    all_cpu_seconds: list[float]
    """With the servers'."""
    peak_mib: list[float]

    @property
    def rows_per_second(self) -> float:
        """By the median run."""
        return self.rows / statistics.median(self.wall_seconds)


def measure(name: str, oltp: URL, dwh: URL, expected: tuple[Any, ...], file: Path) -> tuple[float, float, float, float]:
    """Run one contender as a process of its own; then compare its rows.

    Returns wall seconds, CPU seconds of its own and of all programs, the servers too, and peak memory in MiB.

    ``file`` holds the rows as COPY text, for the contender that needs no reading.
    """
    engine, peak = sa.create_engine(dwh), LOCAL / "bench" / "peak"
    with engine.begin() as connection:
        for statement in empty_target(name):
            connection.exec_driver_sql(statement)
    given = {
        "BENCH_OLTP_URL": oltp.render_as_string(hide_password=False),
        "BENCH_DWH_URL": dwh.render_as_string(hide_password=False),
        "BENCH_LINES": str(expected[0]),
        "BENCH_FILE": str(file),
        "BENCH_PEAK": str(peak),
    }
    started = time.monotonic()
    with Cores() as cores, subprocess.Popen(command(name), env={**os.environ, **given}) as process:
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{name} ended with {process.returncode}")
    with engine.connect() as connection:
        connection.exec_driver_sql("SET timezone = 'UTC'")
        found = tuple(connection.exec_driver_sql(f"SELECT {_SUMS} FROM {target_table(name)}").one())
    if found[:-1] != expected[:-1] or (name not in PEERS and found[-1].replace(tzinfo=None) != expected[-1]):
        sys.exit(f"{name} staged other rows than the source holds: {found} against {expected}")
    return wall, usage.ru_utime + usage.ru_stime, cores.busy_seconds, int(peak.read_text(encoding="ascii")) / 1024


def measured(lines: int, runs: int) -> dict[str, Any]:
    """The figures of all contenders, which take turns, A B A B, in one run."""
    with seeded_databases(lines // LINES_PER_ORDER) as (oltp, dwh):
        with sa.create_engine(oltp).connect() as source:
            source.exec_driver_sql("SET time_zone = '+00:00'")
            all_lines = int(source.exec_driver_sql("SELECT count(*) FROM order_items").scalar_one())
            expected = {name: _expected(source, all_lines // 10 if name == _SLOW else all_lines) for name in CONTENDERS}
            source_version = source.exec_driver_sql("SELECT VERSION()").scalar_one()
        with sa.create_engine(dwh).connect() as target:
            target_version = target.exec_driver_sql("SHOW server_version").scalar_one()
        file = write_outfile(oltp, "bench_finished")
        absent = {name: why for name in CONTENDERS if (why := missing(name))}
        for name, why in absent.items():
            print(f"{name} is absent: {why}", flush=True)
        figures = {name: Measured(name, int(expected[name][0]), [], [], [], []) for name in CONTENDERS if name not in absent}
        for turn in range(runs):
            for name, results in figures.items():
                if name == _SLOW and turn < runs - 1:
                    continue
                wall, cpu, all_cpu, peak = measure(name, oltp, dwh, expected[name], file)
                print(f"{name}: {wall:.2f} s, {results.rows / wall:,.0f} rows/s, {peak:.0f} MiB", flush=True)
                results.wall_seconds.append(round(wall, 3))
                results.cpu_seconds.append(round(cpu, 3))
                results.all_cpu_seconds.append(all_cpu)
                results.peak_mib.append(round(peak, 1))
        file.unlink()
    return {
        "cores": os.cpu_count(),
        "source": source_version,
        "warehouse": f"PostgreSQL {target_version}",
        "absent": absent,
        "contenders": [asdict(results) | {"rows_per_second": round(results.rows_per_second)} for results in figures.values()],
    }


def _expected(source: sa.Connection, lines: int) -> tuple[Any, ...]:
    """Count, sums and newest stamp of the first so many lines."""
    first = f"(SELECT * FROM order_items ORDER BY order_item_id LIMIT {lines}) AS first_lines"
    return tuple(source.exec_driver_sql(f"SELECT {_SUMS} FROM {first}").one())


def as_markdown(section: dict[str, Any]) -> list[str]:
    """Its part of docs/performance.md."""
    contenders = {contender["name"]: contender for contender in section["contenders"]}
    ours = contenders["techmarket"]["rows_per_second"]
    lines = [
        "## Extraction and staging of order_items",
        "",
        "![Bars: order lines staged a second, this project, other products and the databases' own clients](performance.svg)",
        "",
        f"Source: {section['source']}; warehouse: {section['warehouse']}; {contenders['techmarket']['rows']:,} order lines.",
        "Each contender is a whole process, start and imports included, and its rows were compared with the source (count, sums,",
        "newest stamp) before its time counted. Ours also seals the extract (files, SHA-256), indexes the key and analyses.",
        "Of other products the stamps are not compared: most read a TIMESTAMP in the server's zone, and store another instant.",
        "Median of the runs. CPU and memory are of the contender's own process and its children; the second CPU is of all programs, the",
        "servers' too. Where that comes near the seconds of all cores, the machine is the limit, and only less work is faster.",
        "",
        "| contender | rows | runs | seconds | rows/s | this project's rate is | CPU s | with servers | peak MiB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, found in contenders.items():
        what = (CONTENDERS[name].__doc__ or name).splitlines()[0].rstrip(".").replace("|", r"\|")
        keys = ("wall_seconds", "cpu_seconds", "all_cpu_seconds", "peak_mib")
        seconds, cpu, all_cpu, peak = (statistics.median(found[key]) for key in keys)
        ratio = f"{ours / found['rows_per_second']:.2f} x" if name != "techmarket" else "-"
        runs = len(found["wall_seconds"])
        lines.append(
            f"| {what} | {found['rows']:,} | {runs} | {seconds:.2f} | {found['rows_per_second']:,} | {ratio}"
            f" | {cpu:.2f} | {all_cpu:.2f} | {peak:.0f} |"
        )
    cores, busy = section["cores"], statistics.median(contenders["techmarket"]["all_cpu_seconds"])
    limit = f"The {busy:.2f} CPU seconds of this project and its servers take {cores} cores {busy / cores:.2f} s at the least."
    return [*lines, "", limit, *(f"\nAbsent: {name} ({why})." for name, why in section["absent"].items())]
