import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import make_url

from techmarket.project import Project
from tests.bench.databases import LINES_PER_ORDER, seeded_databases
from tests.bench.document import Section

_AT_ONCE = (1, 2, 3)


def measured(lines: int, runs: int) -> Section:
    """Seconds of whole processes and rows by number of connections, in turns."""
    seconds: dict[str, list[float]] = {str(connections): [] for connections in _AT_ONCE}
    with seeded_databases(lines // LINES_PER_ORDER) as (oltp, _):
        given = {"BENCH_OLTP_URL": oltp.render_as_string(hide_password=False)}
        for _run in range(runs):
            for connections, taken in seconds.items():
                command = [sys.executable, "-m", "tests.bench.connections", connections]
                started = time.monotonic()
                rows = int(subprocess.run(command, env={**os.environ, **given}, check=True, stdout=subprocess.PIPE).stdout)
                taken.append(round(time.monotonic() - started, 2))
                print(f"{connections} connections: {taken[-1]:.2f} s", flush=True)
    return {"rows": rows, "seconds": seconds}


def as_markdown(found: Section) -> list[str]:
    medians = {connections: statistics.median(seconds) for connections, seconds in found["seconds"].items()}
    return [
        "## Reading over several connections",
        "",
        f"All eight tables ({found['rows']:,} rows) read into a sealed extract, without staging; whole processes, medians.",
        "The source's server and the reading process share two cores.",
        "",
        "| `TECHMARKET_SOURCE_CONNECTIONS` | seconds | of one |",
        "|---:|---:|---:|",
        *(f"| {connections} | {seconds:.2f} | {seconds / medians['1']:.2f} |" for connections, seconds in medians.items()),
    ]


def read(connections: int) -> int:
    from techmarket.db.engines import source_engine
    from techmarket.extract.live import ExtractRequest, extract
    from techmarket.extract.sealed import new_extract_id
    from techmarket.model.catalog import CATALOG
    from techmarket.model.modes import Mode
    from techmarket.settings import Settings

    with tempfile.TemporaryDirectory(prefix="bench-extract-") as folder:
        settings = Settings(_env_file=None, extract_dir=Path(folder), source_connections=connections)
        source = source_engine(make_url(os.environ["BENCH_OLTP_URL"]), settings)
        sealed = extract(source, ExtractRequest(Mode.FULL, {}, {}), extract_id=new_extract_id(), project=Project(CATALOG, (), settings))
        return sum(sealed.manifest.tables.values())


if __name__ == "__main__":
    print(read(int(sys.argv[1])))
