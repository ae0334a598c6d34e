import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import URL

from infra.local.servers import LOCAL
from techmarket.model import column_types
from techmarket.model.catalog import CATALOG, Catalog, Table
from tests.bench.contenders import CONTENDERS, OF_ONE_TABLE, OURS, catalog_of, command, empty_target, missing, target_schema, write_outfile
from tests.bench.cores import Cores, cpu_seconds
from tests.bench.databases import LINES_PER_ORDER, seeded_databases, source_process, written_out
from tests.bench.document import Section
from tests.bench.peers import PEERS
from tests.bench.versions import versions

_SLOW = "pandas_to_sql"
"""Stages a tenth of the lines, once; all would take minutes."""
_Sums = dict[str, tuple[Any, ...]]
"""Count, sums of numbers and newest stamp, by table."""


@dataclass(frozen=True)
class Measured:
    name: str
    rows: int
    wall_seconds: list[float] = field(default_factory=list)
    ready_seconds: list[float] = field(default_factory=list)
    """Until key indexes and ANALYZE are done, by this project's staging alone."""
    cpu_seconds: list[float] = field(default_factory=list)
    source_cpu_seconds: list[float] = field(default_factory=list)
    all_cpu_seconds: list[float] = field(default_factory=list)
    """Of all programs."""
    peak_mib: list[float] = field(default_factory=list)

    def add(self, process: "_Process", indexing: float) -> None:
        self.wall_seconds.append(round(process.wall, 3))
        self.ready_seconds.append(round(process.wall + indexing, 3))
        self.cpu_seconds.append(round(process.cpu, 3))
        self.source_cpu_seconds.append(round(process.source_cpu, 3))
        self.all_cpu_seconds.append(process.all_cpu)
        self.peak_mib.append(round(process.peak, 1))


@dataclass(frozen=True)
class _Process:
    wall: float
    cpu: float
    """Seconds, children included."""
    source_cpu: float
    """Of the source server."""
    all_cpu: float
    """Seconds of all programs."""
    peak: float
    """MiB."""


class _Bench:
    def __init__(self, oltp: URL, dwh: URL, catalog: Catalog) -> None:
        self.catalog = catalog
        self._oltp, self._dwh, self._warehouse = oltp, dwh, sa.create_engine(dwh)
        self._source_process = source_process(oltp)
        self._peak = LOCAL / "bench" / "peak"
        self._files = [write_outfile(oltp, table, "finished") for table in catalog.values()]
        with sa.create_engine(oltp).connect() as source:
            source.exec_driver_sql("SET time_zone = '+00:00'")
            self._expected = _sums(source, catalog, "{table}")
            (self.lines, *_) = source.exec_driver_sql("SELECT count(*) FROM order_items").one()
            self._tenth = _sums(
                source, catalog_of(["order_items"]), f"(SELECT * FROM {{table}} ORDER BY {{key}} LIMIT {self.lines // 10}) AS t"
            )

    def rows(self, name: str) -> int:
        return sum(count for count, *_ in self._expectation(name).values())

    def _expectation(self, name: str) -> _Sums:
        return self._tenth if name == _SLOW else self._expected

    def measure(self, name: str) -> tuple[_Process, float]:
        """Run a contender, compare its rows, and index and analyse its tables.

        Returns:
            The process, and the seconds of the index and ANALYZE.
        """
        self._empty(name)
        written_out(self._warehouse)
        process = self._run(name)
        with self._warehouse.connect() as connection:
            connection.exec_driver_sql("SET timezone = 'UTC'")
            found = _sums(connection, self.catalog, target_schema(name) + ".{table}")
        if differing := [t for t, sums in self._expectation(name).items() if not _equal(found[t], sums, stamps=name not in PEERS)]:
            sys.exit(f"{name} staged other rows than the source holds: {[(found[t], self._expectation(name)[t]) for t in differing]}")
        indexing = 0 if name in OURS else self._make_ready(name)
        self._empty(name)  # else autovacuum would turn to its rows while the next one is measured
        return process, indexing

    def _empty(self, name: str) -> None:
        with self._warehouse.begin() as connection:
            for statement in empty_target(name, self.catalog):
                connection.exec_driver_sql(statement)

    def _run(self, name: str) -> _Process:
        given = {
            "BENCH_OLTP_URL": self._oltp.render_as_string(hide_password=False),
            "BENCH_DWH_URL": self._dwh.render_as_string(hide_password=False),
            "BENCH_TABLES": json.dumps({table.name: table.column_names for table in self.catalog.values()}),
            "BENCH_LINES": str(self.lines // 10),
            "BENCH_FILES": str(self._files[0].parent),
            "BENCH_PEAK": str(self._peak),
        }
        started, source_before = time.monotonic(), cpu_seconds(self._source_process)
        with Cores() as cores, subprocess.Popen(command(name), env={**os.environ, **given}) as process:
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - started
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{name} ended with {process.returncode}")
        peak = int(self._peak.read_text(encoding="ascii")) / 1024
        source_cpu = cpu_seconds(self._source_process) - source_before
        return _Process(wall, usage.ru_utime + usage.ru_stime, source_cpu, cores.busy_seconds, peak)

    def _make_ready(self, name: str) -> float:
        started = time.monotonic()
        with self._warehouse.begin() as connection:
            for table in self.catalog.values():
                connection.exec_driver_sql(f"CREATE UNIQUE INDEX ON {target_schema(name)}.{table.name} ({table.key})")
                connection.exec_driver_sql(f"ANALYZE {target_schema(name)}.{table.name}")
        return time.monotonic() - started

    def close(self) -> None:
        for file in self._files:
            file.unlink()


def _sums(connection: sa.Connection, catalog: Catalog, rows_of: str) -> _Sums:
    return {
        table.name: tuple(
            connection.exec_driver_sql(
                f"SELECT count(*), {', '.join(_sums_of(table))}, max({table.cursor}) FROM {rows_of.format(table=table.name, key=table.key)}"
            ).one()
        )
        for table in catalog.values()
    }


def _sums_of(table: Table) -> Iterator[str]:
    numbers = (column_types.Integer, column_types.Decimal)
    return (f"sum({column.name})" for column in table.columns if isinstance(column.type, numbers))


def _equal(found: tuple[Any, ...], expected: tuple[Any, ...], *, stamps: bool) -> bool:
    """Whether counts and sums agree, and the newest stamps if compared."""
    return [Decimal(value) for value in found[:-1]] == [Decimal(value) for value in expected[:-1]] and (
        not stamps or found[-1].replace(tzinfo=None) == expected[-1]
    )


def measured(lines: int, runs: int) -> Section:
    return _measured(lines, runs, ["order_items"], OF_ONE_TABLE)


def measured_tables(lines: int, runs: int) -> Section:
    """All eight tables, without the slow contenders."""
    return _measured(lines, runs, CATALOG, [name for name in CONTENDERS if name not in (_SLOW, "pymysql_csv")])


def _measured(lines: int, runs: int, tables: Iterable[str], names: Iterable[str]) -> Section:
    """Figures of contenders, in turns A B A B."""
    with seeded_databases(lines // LINES_PER_ORDER) as (oltp, dwh):
        absent = {name: why for name in names if (why := missing(name))}
        for name, why in absent.items():
            print(f"{name} is absent: {why}", flush=True)
        bench = _Bench(oltp, dwh, catalog_of(tables))
        figures = {name: Measured(name, bench.rows(name)) for name in names if name not in absent}
        for turn in range(runs):
            for name, results in figures.items():
                if name == _SLOW and turn < runs - 1:
                    continue
                process, indexing = bench.measure(name)
                print(f"{name}: {process.wall:.2f} s, {indexing:.2f} s to make ready, {process.peak:.0f} MiB", flush=True)
                results.add(process, indexing)
        bench.close()
        with sa.create_engine(oltp).connect() as source, sa.create_engine(dwh).connect() as target:
            servers = {
                "source": source.exec_driver_sql("SELECT VERSION()").scalar_one(),
                "warehouse": f"PostgreSQL {target.exec_driver_sql('SHOW server_version').scalar_one()}",
            }
    contenders = [
        asdict(results) | {"rows_per_second": round(results.rows / statistics.median(results.wall_seconds))} for results in figures.values()
    ]
    return {
        "cores": os.cpu_count(),
        **servers,
        "versions": versions(figures),
        "lines": bench.lines,
        "absent": absent,
        "contenders": contenders,
    }


def as_markdown(section: Section) -> list[str]:
    return [
        "## Extraction and staging of order_items",
        "",
        "![Bars: order lines staged a second, this project, other products and the databases' own clients](performance.svg)",
        "",
        f"Source: {section['source']}; warehouse: {section['warehouse']}; {section['lines']:,} order lines.",
        "Medians of whole processes, start and imports included. A time counts only if the rows equal the source (count, sums, newest",
        "timestamp; not the timestamp for other products, since most store another instant than the source has). This project also seals",
        "the extract (files, SHA-256), builds the key index and runs ANALYZE; *ready* adds index and ANALYZE to the others. CPU seconds:",
        "own process with children, the source's server, and the rest (warehouse, kernel). If they fill all cores, only less work helps.",
        "",
        *_table(section),
    ]


def tables_as_markdown(section: Section) -> list[str]:
    return [
        "## Extraction and staging of all eight tables",
        "",
        f"The same for all tables of a shop with {section['lines']:,} order lines. *Bare too*: this project without index and ANALYZE.",
        "",
        *_table(section),
    ]


def _table(section: Section) -> Iterator[str]:
    contenders = {contender["name"]: contender for contender in section["contenders"]}
    ours, bare = contenders["techmarket"], contenders.get("techmarket_bare")
    spent = ["CPU s: own", "source", "warehouse"]
    rates = ["this project's rate is", *(["bare too, it is"] if bare else [])]
    columns = ["rows", "runs", "seconds", "rows/s", *rates, "ready, s", "its rate then", *spent, "peak MiB"]
    yield f"| contender | {' | '.join(columns)} |"
    yield f"|---|{'---:|' * len(columns)}"
    for name, found in contenders.items():
        what = (CONTENDERS[name].__doc__ or name).splitlines()[0].rstrip(".").replace("|", r"\|")
        keys = ("wall_seconds", "ready_seconds", "cpu_seconds", "source_cpu_seconds", "all_cpu_seconds", "peak_mib")
        seconds, ready, own, source, everything, peak = (statistics.median(found[key]) for key in keys)
        cells = [f"{found['rows']:,}", len(found["wall_seconds"]), f"{seconds:.2f}", f"{found['rows_per_second']:,}"]
        cells += [_times(ours, found, "wall_seconds"), *([_times(bare, found, "wall_seconds")] if bare else [])]
        cells += [f"{ready:.2f}", _times(ours, found, "ready_seconds")] if found != bare else ["-", "-"]
        cells += [f"{own:.2f}", f"{source:.2f}", f"{everything - own - source:.2f}", f"{peak:.0f}"]
        yield f"| {what} | {' | '.join(map(str, cells))} |"
    busy, cores = statistics.median(ours["all_cpu_seconds"]), section["cores"]
    yield ""
    yield f"The {busy:.2f} CPU seconds of this project and its servers take at least {busy / cores:.2f} s on {cores} cores."
    yield f"\nVersions: {', '.join(f'{name} {version}' for name, version in section['versions'].items())}."
    yield from (f"\nAbsent: {name} ({why})." for name, why in section["absent"].items())


def _times(ours: dict[str, Any], found: dict[str, Any], seconds: str) -> str:
    """A multiple of the contender's rate; empty for ours."""
    return f"{_rate(ours, seconds) / _rate(found, seconds):.2f} x" if found != ours else "-"


def _rate(contender: dict[str, Any], seconds: str) -> float:
    """Rows a second of the median run."""
    return float(contender["rows"] / statistics.median(contender[seconds]))
