"""Other products, used as their documentation says: ``python -m tests.bench.peers NAME``.

Their environment (``requirements/bench.txt``) lacks the project, so this module imports nothing of it. Each fills the empty tables of its
schema, or creates its own. Stamps are not compared: most read TIMESTAMP in the server's zone and store another instant.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from tests.bench.peak import tell_peak

PYTHON = ".local/peers/bin/python"
_CHUNK_ROWS = 100_000


def _tables() -> dict[str, str]:
    return {table: ", ".join(columns) for table, columns in json.loads(os.environ["BENCH_TABLES"]).items()}


def _oltp() -> SplitResult:
    return urlsplit(os.environ["BENCH_OLTP_URL"].replace("mysql+pymysql", "mysql"))


def _dwh() -> SplitResult:
    return urlsplit(os.environ["BENCH_DWH_URL"].replace("postgresql+psycopg2", "postgresql"))


def pymysql_csv() -> None:
    """PyMySQL with an unbuffered cursor, the ``csv`` module, and COPY, 100,000 rows at a time."""
    import csv
    import io

    import psycopg2
    import pymysql.cursors

    source, target = _oltp(), _dwh()
    with (
        pymysql.connect(
            host=source.hostname, port=source.port, user=source.username, password=source.password, database=source.path[1:],
            cursorclass=pymysql.cursors.SSCursor, init_command="SET time_zone = '+00:00'",
        ) as reading,
        psycopg2.connect(target.geturl(), options="-c timezone=UTC") as writing,
        reading.cursor() as rows,
        writing.cursor() as copying,
    ):  # fmt: skip
        for table, columns in _tables().items():
            rows.execute(f"SELECT {columns} FROM {table}")
            while chunk := rows.fetchmany(_CHUNK_ROWS):
                text = io.StringIO()
                csv.writer(text).writerows(chunk)
                text.seek(0)
                copying.copy_expert(f"COPY bench_pymysql_csv.{table} ({columns}) FROM STDIN (FORMAT csv)", text)


def connectorx() -> None:
    """ConnectorX into Arrow, Arrow's CSV writer, and COPY."""
    import io

    import connectorx as cx
    import psycopg2
    from pyarrow import csv

    with psycopg2.connect(_dwh().geturl(), options="-c timezone=UTC") as writing, writing.cursor() as copying:
        for table, columns in _tables().items():
            rows = cx.read_sql(_oltp().geturl(), f"SELECT {columns} FROM {table}", return_type="arrow", protocol="binary")
            text = io.BytesIO()
            csv.write_csv(rows, text, csv.WriteOptions(include_header=False))
            text.seek(0)
            copying.copy_expert(f"COPY bench_connectorx.{table} ({columns}) FROM STDIN (FORMAT csv)", text)


def duckdb() -> None:
    """DuckDB with its MySQL and PostgreSQL extensions: INSERT … SELECT between the attached databases."""
    import duckdb as engine
    from duckdb_extensions import import_extension

    source, target = _oltp(), _dwh()
    with engine.connect() as connection:
        for extension in ("mysql_scanner", "postgres_scanner"):
            import_extension(extension)
            connection.execute(f"LOAD {extension}")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH '{_words(source)}' AS oltp (TYPE mysql)")
        connection.execute(f"ATTACH '{_words(target, database='dbname')}' AS dwh (TYPE postgres)")
        for table, columns in _tables().items():
            connection.execute(f"INSERT INTO dwh.bench_duckdb.{table} ({columns}) SELECT {columns} FROM oltp.{table}")


def _words(address: SplitResult, *, database: str = "database") -> str:
    return f"host={address.hostname} port={address.port} user={address.username} password={address.password} {database}={address.path[1:]}"


def dlt() -> None:
    """dlt: ``sql_database`` with its ConnectorX backend, PostgreSQL as the destination, CSV as the loader's format."""
    import dlt as library
    from dlt.sources.sql_database import sql_database

    with tempfile.TemporaryDirectory(prefix="bench-dlt-") as folder:
        pipeline = library.pipeline(
            "bench",
            pipelines_dir=folder,
            dataset_name="bench_dlt",
            destination=library.destinations.postgres(_dwh().geturl()),
        )
        address = _oltp().geturl().replace("mysql:", "mysql+pymysql:")
        tables = sql_database(credentials=address, table_names=list(_tables()), backend="connectorx")
        pipeline.run(tables, write_disposition="replace", loader_file_format="csv").raise_on_failed_jobs()


def sling() -> None:
    """Sling: a replication in mode full-refresh."""
    given = {"OLTP": _oltp().geturl(), "DWH": f"{_dwh().geturl()}?sslmode=disable", "SLING_DISABLE_TELEMETRY": "true"}
    replication = {
        "source": "OLTP",
        "target": "DWH",
        "defaults": {"mode": "full-refresh", "object": "bench_sling.{stream_table}"},
        "streams": {f"{_oltp().path[1:]}.{table}": None for table in _tables()},
    }
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        json.dump(replication, file)  # JSON is YAML
        file.flush()
        subprocess.run([_sling_program(), "run", "-r", file.name], env={**os.environ, **given}, check=True, stdout=sys.stderr)


def _sling_program() -> Path:
    """The platform's binary; the package ``sling`` would download one."""
    package = importlib.util.find_spec("sling_linux_amd64")
    if package is None or package.origin is None:
        sys.exit("sling_linux_amd64 is not installed")
    return Path(package.origin).parent / "bin" / "sling-linux-amd64"


def pgloader() -> None:
    """pgloader: one command, rows into the tables that are there."""
    name, tables = _oltp().path[1:], ", ".join(f"'{table}'" for table in _tables())
    command = f"""
        LOAD DATABASE FROM {_oltp().geturl()} INTO {_dwh().geturl()}
        WITH data only, disable triggers
        CAST type tinyint to smallint drop typemod
        INCLUDING ONLY TABLE NAMES MATCHING {tables}
        ALTER SCHEMA '{name}' RENAME TO 'bench_pgloader';
    """
    with tempfile.NamedTemporaryFile("w", suffix=".load") as file:
        file.write(command)
        file.flush()
        subprocess.run(["pgloader", "--quiet", file.name], check=True)


PEERS: dict[str, Callable[[], None]] = {
    "pymysql_csv": pymysql_csv,
    "connectorx": connectorx,
    "duckdb": duckdb,
    "dlt": dlt,
    "sling": sling,
    "pgloader": pgloader,
}

if __name__ == "__main__":
    PEERS[sys.argv[1]]()
    tell_peak()
