"""The ways to stage ``order_items`` that are measured, each a whole process: ``python -m tests.bench.contenders NAME``.

Each reads the table from the order system and leaves it in a PostgreSQL table of its own, whose count and sums are compared
before its time counts. Addresses come in BENCH_OLTP_URL and BENCH_DWH_URL, so that no password stands on a command line;
BENCH_LINES limits the slowest.
"""

import dataclasses
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import URL, make_url

from techmarket import rendering
from techmarket.catalog import CATALOG, Catalog

LINES = Catalog(dataclasses.replace(CATALOG["order_items"], references={}))
"""A catalogue of the one table that all contenders move."""

_COLUMNS = ", ".join(LINES["order_items"].column_names)
_PANDAS_CHUNK = 50_000


def oltp() -> URL:
    """The order system."""
    return make_url(os.environ["BENCH_OLTP_URL"])


def dwh() -> URL:
    """The warehouse."""
    return make_url(os.environ["BENCH_DWH_URL"])


def techmarket() -> None:
    """This project: sealed extract, its parts copied while it is written, key index and ANALYZE included."""
    from techmarket.batches import close_batch, load_batch
    from techmarket.databases import source_engine, warehouse_engine
    from techmarket.extract import ExtractRequest, extract
    from techmarket.modes import Mode
    from techmarket.sealed_extract import new_extract_id
    from techmarket.settings import Settings
    from techmarket.staging import stage, staging_stream

    with tempfile.TemporaryDirectory(prefix="bench-extract-") as folder:
        settings = Settings(extract_dir=Path(folder))
        source, warehouse = source_engine(oltp(), settings), warehouse_engine(dwh(), settings)
        with load_batch(warehouse, Mode.FULL, requested_by="bench") as batch:
            extract_id = new_extract_id()
            directory = settings.extract_dir / extract_id
            with staging_stream(warehouse, batch_id=batch.batch_id, extract_id=extract_id, directory=directory, catalog=LINES) as parts:
                request = ExtractRequest(Mode.FULL, {}, {})
                sealed = extract(source, request, extract_id=extract_id, catalog=LINES, settings=settings, on_part=parts.put)
            stage(warehouse, sealed, batch_id=batch.batch_id, catalog=LINES)
            close_batch(warehouse, batch.batch_id, status="failed", error="only extraction and staging were measured")


def client_pipe() -> None:
    """``mysql --batch --quick | psql COPY``: the two databases' own clients, into a bare table."""
    _pipe("bench_client_pipe")


def client_pipe_indexed() -> None:
    """The same pipe, then the key index and ANALYZE: the end state of this project's staging."""
    _pipe("bench_client_pipe_indexed")
    with sa.create_engine(dwh()).begin() as connection:
        connection.exec_driver_sql("CREATE UNIQUE INDEX ON bench_client_pipe_indexed (order_item_id)")
        connection.exec_driver_sql("ANALYZE bench_client_pipe_indexed")


def _pipe(table: str) -> None:
    source, target = oltp(), dwh()
    read = [mysql_client() or "mysql", "--no-defaults", "--batch", "--quick", "--skip-column-names", "-h", str(source.host)]
    read += ["-P", str(source.port), "-u", str(source.username), str(source.database), "-e"]
    read.append(f"SET time_zone = '+00:00'; SELECT {_COLUMNS} FROM order_items")
    write = ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", f"COPY {table} ({_COLUMNS}) FROM STDIN (NULL 'NULL')"]
    session = {
        "PGHOST": str(target.host),
        "PGPORT": str(target.port),
        "PGUSER": str(target.username),
        "PGPASSWORD": str(target.password),
        "PGDATABASE": str(target.database),
        "PGTZ": "UTC",
    }
    with subprocess.Popen(read, stdout=subprocess.PIPE, env={**os.environ, "MYSQL_PWD": str(source.password)}) as reader:
        subprocess.run(write, stdin=reader.stdout, env={**os.environ, **session}, check=True)
    if reader.returncode:
        sys.exit(reader.returncode)


def pandas_to_sql() -> None:
    """PyMySQL, ``pandas.read_sql`` and ``DataFrame.to_sql``, 50,000 rows at a time, multi-row INSERTs."""
    import pandas as pd

    with sa.create_engine(oltp()).connect().execution_options(stream_results=True) as source, sa.create_engine(dwh()).connect() as target:
        source.exec_driver_sql("SET time_zone = '+00:00'")
        target.exec_driver_sql("SET timezone = 'UTC'")
        lines = f"SELECT {_COLUMNS} FROM order_items ORDER BY order_item_id LIMIT {os.environ['BENCH_LINES']}"
        for frame in pd.read_sql(lines, source, chunksize=_PANDAS_CHUNK):
            frame.to_sql("bench_pandas_to_sql", target, if_exists="append", index=False, method="multi", chunksize=1_000)
        target.commit()


CONTENDERS: dict[str, Callable[[], None]] = {
    "techmarket": techmarket,
    "client_pipe": client_pipe,
    "client_pipe_indexed": client_pipe_indexed,
    "pandas_to_sql": pandas_to_sql,
}


def mysql_client() -> str | None:
    """The MySQL-protocol client of this machine, or the one beside the private server's program."""
    unpacked = Path(".local/packages/mariadb/usr/bin/mariadb")
    return shutil.which("mysql") or shutil.which("mariadb") or (str(unpacked) if unpacked.exists() else None)


def missing(name: str) -> str | None:
    """What a contender needs and this machine lacks, or None."""
    if not name.startswith("client_pipe"):
        return None
    lacking = [program for program, found in (("mysql", mysql_client()), ("psql", shutil.which("psql"))) if not found]
    return f"no {' and no '.join(lacking)} on this machine" if lacking else None


def target_table(name: str) -> str:
    """Where a contender leaves its rows."""
    return "stg.order_items" if name == "techmarket" else f"bench_{name}"


def empty_target(name: str) -> list[str]:
    """Statements that leave a contender with the empty, unlogged table that it fills."""
    if name == "techmarket":
        return rendering.empty_staging(LINES)
    return [
        f"DROP TABLE IF EXISTS {target_table(name)}",
        f"CREATE UNLOGGED TABLE {target_table(name)} (LIKE stg.order_items)",
    ]


if __name__ == "__main__":
    CONTENDERS[sys.argv[1]]()
