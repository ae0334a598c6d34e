"""The measured ways to stage tables, each a whole process: ``python -m tests.bench.contenders NAME``.

Each reads the tables in BENCH_TABLES (JSON: columns by table) and writes them into its own schema.
BENCH_OLTP_URL and BENCH_DWH_URL keep passwords off the command line. BENCH_LINES limits the slowest.
"""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import URL, make_url

from techmarket.model.catalog import CATALOG, Catalog, Table
from techmarket.project import Project
from techmarket.staging import statements as staging_statements
from tests.bench.peak import tell_peak
from tests.bench.peers import PEERS, PYTHON

OURS = ("techmarket", "techmarket_over_two", "techmarket_bare")
"""These write into ``stg``."""
_PANDAS_CHUNK = 50_000


def catalog_of(names: Iterable[str]) -> Catalog:
    return Catalog(*(dataclasses.replace(CATALOG[name], references={}) for name in names))


def tables() -> Catalog:
    return catalog_of(json.loads(os.environ["BENCH_TABLES"]))


def oltp() -> URL:
    return make_url(os.environ["BENCH_OLTP_URL"])


def dwh() -> URL:
    return make_url(os.environ["BENCH_DWH_URL"])


def techmarket() -> None:
    """This project: sealed extract, its parts copied while it is written, key index and ANALYZE included."""
    _extract_and_stage()


def techmarket_over_two() -> None:
    """The same with ``TECHMARKET_SOURCE_CONNECTIONS=2``: tables read over two connections of one instant."""
    _extract_and_stage(source_connections=2)


def techmarket_bare() -> None:
    """This project until all rows are in: sealed, copied, no count of the tables, no index and no ANALYZE, as the others leave theirs."""
    _extract_and_stage(make_ready=False)


def _extract_and_stage(*, source_connections: int = 1, make_ready: bool = True) -> None:
    from techmarket.db.engines import source_engine, warehouse_engine
    from techmarket.extract.live import ExtractRequest, extract
    from techmarket.extract.sealed import new_extract_id
    from techmarket.ledger.batches import close_batch, load_batch
    from techmarket.model.modes import Mode
    from techmarket.settings import Settings
    from techmarket.staging.stage import missing_parts, stage, staging_stream

    with tempfile.TemporaryDirectory(prefix="bench-extract-") as folder:
        settings, catalog = Settings(extract_dir=Path(folder), source_connections=source_connections), tables()
        source, warehouse = source_engine(oltp(), settings), warehouse_engine(dwh(), settings)
        with load_batch(warehouse, Mode.FULL, requested_by="bench") as batch:
            extract_id = new_extract_id()
            directory = settings.extract_dir / extract_id
            connections = settings.staging_connections
            with staging_stream(
                warehouse, batch_id=batch.batch_id, extract_id=extract_id, directory=directory, catalog=catalog, connections=connections
            ) as parts:
                request = ExtractRequest(Mode.FULL, {}, {})
                sealed = extract(source, request, extract_id=extract_id, project=Project(catalog, (), settings), on_part=parts.put)
            if make_ready:
                stage(warehouse, sealed, batch_id=batch.batch_id, catalog=catalog, connections=connections)
            elif missing := missing_parts(warehouse, sealed, batch_id=batch.batch_id, catalog=catalog):
                sys.exit(f"not staged while the extract went on: {missing}")
            close_batch(warehouse, batch.batch_id, status="failed", error="only extraction and staging were measured")


def client_pipe() -> None:
    """``mysql --batch --quick | psql COPY``: the two databases' own clients."""
    for table in tables().values():
        pipe(table, f"bench_client_pipe.{table.name}")


def pipe(table: Table, target: str) -> None:
    source, columns = oltp(), ", ".join(table.column_names)
    read = [mysql_client() or "mysql", "--no-defaults", "--batch", "--quick", "--skip-column-names", "-h", str(source.host)]
    read += ["-P", str(source.port), "-u", str(source.username), str(source.database), "-e"]
    read.append(f"SET time_zone = '+00:00'; SELECT {columns} FROM {table.name}")
    write = _psql(f"COPY {target} ({columns}) FROM STDIN (NULL 'NULL')")
    with subprocess.Popen(read, stdout=subprocess.PIPE, env={**os.environ, "MYSQL_PWD": str(source.password)}) as reader:
        subprocess.run(write, stdin=reader.stdout, env=_psql_environment(), check=True)
    if reader.returncode:
        sys.exit(reader.returncode)


def _psql(statement: str) -> list[str]:
    return ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement]


def _psql_environment() -> dict[str, str]:
    target = dwh()
    session = {
        "PGHOST": str(target.host),
        "PGPORT": str(target.port),
        "PGUSER": str(target.username),
        "PGPASSWORD": str(target.password),
        "PGDATABASE": str(target.database),
        "PGTZ": "UTC",
    }
    return {**os.environ, **session}


def outfile_then_copy() -> None:
    """``SELECT … INTO OUTFILE``, then COPY of the file: one after the other, with both servers on one machine."""
    for table in tables().values():
        file = write_outfile(oltp(), table, "being-staged")
        _copy(file, table, "bench_outfile_then_copy")
        file.unlink()


def copy_alone() -> None:
    """COPY alone, from files that are finished: the limit."""
    for table in tables().values():
        _copy(Path(os.environ["BENCH_FILES"]) / f"{table.name}-finished.tsv", table, "bench_copy_alone")


def write_outfile(order_system: URL, table: Table, state: str) -> Path:
    """Let the source server, which must be on this machine, write a table into a file for COPY."""
    columns = ", ".join(table.column_names)
    with sa.create_engine(order_system).connect() as source:
        source.exec_driver_sql("SET time_zone = '+00:00'")
        file = Path(source.exec_driver_sql("SELECT @@secure_file_priv").scalar_one()) / f"{table.name}-{state}.tsv"
        file.unlink(missing_ok=True)
        source.exec_driver_sql(f"SELECT {columns} FROM {table.name} INTO OUTFILE '{file}'")
    return file


def _copy(file: Path, table: Table, schema: str) -> None:
    columns = ", ".join(table.column_names)
    with file.open("rb") as text:
        subprocess.run(_psql(f"COPY {schema}.{table.name} ({columns}) FROM STDIN"), stdin=text, env=_psql_environment(), check=True)


def pandas_to_sql() -> None:
    """PyMySQL, ``pandas.read_sql`` and ``DataFrame.to_sql``, 50,000 rows at a time, multi-row INSERTs."""
    import pandas as pd

    (lines,) = tables().values()
    first = f"SELECT {', '.join(lines.column_names)} FROM {lines.name} ORDER BY {lines.key} LIMIT {os.environ['BENCH_LINES']}"

    with sa.create_engine(oltp()).connect().execution_options(stream_results=True) as source, sa.create_engine(dwh()).connect() as target:
        source.exec_driver_sql("SET time_zone = '+00:00'")
        target.exec_driver_sql("SET timezone = 'UTC'")
        for frame in pd.read_sql(first, source, chunksize=_PANDAS_CHUNK):
            frame.to_sql(lines.name, target, schema="bench_pandas_to_sql", if_exists="append", index=False, method="multi", chunksize=1_000)
        target.commit()


CONTENDERS: dict[str, Callable[[], None]] = {
    "techmarket": techmarket,
    "techmarket_over_two": techmarket_over_two,
    "techmarket_bare": techmarket_bare,
    "client_pipe": client_pipe,
    "outfile_then_copy": outfile_then_copy,
    "copy_alone": copy_alone,
    **PEERS,
    "pandas_to_sql": pandas_to_sql,
}
OF_ONE_TABLE = tuple(name for name in CONTENDERS if name not in OURS[1:])
"""Contenders that stage only ``order_items``."""


def mysql_client() -> str | None:
    """The MySQL client of this machine or of the private server's package."""
    unpacked = Path(".local/packages/mariadb/usr/bin/mariadb")
    return shutil.which("mysql") or shutil.which("mariadb") or (str(unpacked) if unpacked.exists() else None)


_NEEDED = {
    "client_pipe": ("mysql", "psql"),
    "outfile_then_copy": ("psql",),
    "copy_alone": ("psql",),
    "pgloader": ("pgloader",),
}


def missing(name: str) -> str | None:
    """What this machine lacks for a contender, or None."""
    lacking = [program for program in _NEEDED.get(name, ()) if not (mysql_client() if program == "mysql" else shutil.which(program))]
    return f"no {' and no '.join(lacking)} on this machine" if lacking else None


def command(name: str) -> list[str]:
    """The command of a contender; a peer has its own environment."""
    if name in PEERS:
        return [PYTHON, "-m", "tests.bench.peers", name]
    return [sys.executable, "-m", "tests.bench.contenders", name]


def target_schema(name: str) -> str:
    return "stg" if name in OURS else f"bench_{name}"


def empty_target(name: str, catalog: Catalog) -> list[str]:
    if name in OURS:
        return staging_statements.empty_staging(catalog)
    schema = target_schema(name)
    gone = [f"DROP SCHEMA IF EXISTS {schema}, {schema}_staging CASCADE"]
    if name == "dlt":  # makes its own
        return gone
    return [*gone, f"CREATE SCHEMA {schema}", *(f"CREATE UNLOGGED TABLE {schema}.{table} (LIKE stg.{table})" for table in catalog)]


if __name__ == "__main__":
    CONTENDERS[sys.argv[1]]()
    tell_peak()
