"""Other products that stage ``order_items``, as their documentation has it: ``python -m tests.bench.peers NAME``.

They live in an environment of their own (``requirements/bench.txt``), so this module imports nothing of the project. Each fills the
empty table of its name, or one that it makes itself. Most read a TIMESTAMP in the server's zone and store another instant; no option of
theirs mends it, so of their stamps nothing is compared.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from tests.bench.peak import tell_peak

_COLUMNS = "order_item_id, order_id, product_id, quantity, unit_price, discount, updated_at"
_LINES = f"SELECT {_COLUMNS} FROM order_items"
_CHUNK_ROWS = 100_000


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
        rows.execute(_LINES)
        while chunk := rows.fetchmany(_CHUNK_ROWS):
            text = io.StringIO()
            csv.writer(text).writerows(chunk)
            text.seek(0)
            copying.copy_expert(f"COPY bench_pymysql_csv ({_COLUMNS}) FROM STDIN (FORMAT csv)", text)


def connectorx() -> None:
    """ConnectorX into Arrow, Arrow's CSV writer, and COPY."""
    import io

    import connectorx as cx
    import psycopg2
    from pyarrow import csv

    table = cx.read_sql(_oltp().geturl(), _LINES, return_type="arrow", protocol="binary")
    text = io.BytesIO()
    csv.write_csv(table, text, csv.WriteOptions(include_header=False))
    text.seek(0)
    with psycopg2.connect(_dwh().geturl(), options="-c timezone=UTC") as writing, writing.cursor() as copying:
        copying.copy_expert(f"COPY bench_connectorx ({_COLUMNS}) FROM STDIN (FORMAT csv)", text)


def duckdb() -> None:
    """DuckDB with its MySQL and PostgreSQL extensions: one INSERT … SELECT between the attached databases."""
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
        connection.execute(f"INSERT INTO dwh.public.bench_duckdb ({_COLUMNS}) SELECT {_COLUMNS} FROM oltp.order_items")


def _words(address: SplitResult, *, database: str = "database") -> str:
    return f"host={address.hostname} port={address.port} user={address.username} password={address.password} {database}={address.path[1:]}"


def dlt() -> None:
    """dlt: ``sql_table`` with its ConnectorX backend, PostgreSQL as the destination, CSV as the loader's format."""
    import dlt as library
    from dlt.sources.sql_database import sql_table

    with tempfile.TemporaryDirectory(prefix="bench-dlt-") as folder:
        pipeline = library.pipeline(
            "bench",
            pipelines_dir=folder,
            dataset_name="bench_dlt",
            destination=library.destinations.postgres(_dwh().geturl()),
        )
        lines = sql_table(credentials=_oltp().geturl().replace("mysql:", "mysql+pymysql:"), table="order_items", backend="connectorx")
        pipeline.run(lines, write_disposition="replace", loader_file_format="csv").raise_on_failed_jobs()


def sling() -> None:
    """Sling: one ``sling run`` in mode full-refresh."""
    given = {"OLTP": _oltp().geturl(), "DWH": f"{_dwh().geturl()}?sslmode=disable", "SLING_DISABLE_TELEMETRY": "true"}
    lines = f"{_oltp().path[1:]}.order_items"
    run = ["run", "--src-conn", "OLTP", "--src-stream", lines, "--tgt-conn", "DWH", "--tgt-object", "public.bench_sling"]
    subprocess.run([_sling_program(), *run, "--mode", "full-refresh"], env={**os.environ, **given}, check=True, stdout=sys.stderr)


def _sling_program() -> Path:
    """The binary in the package for this platform: the package ``sling`` itself would download one."""
    package = importlib.util.find_spec("sling_linux_amd64")
    if package is None or package.origin is None:
        sys.exit("sling_linux_amd64 is not installed")
    return Path(package.origin).parent / "bin" / "sling-linux-amd64"


def pgloader() -> None:
    """pgloader: one command, rows into the table that is there."""
    name = _oltp().path[1:]
    command = f"""
        LOAD DATABASE FROM {_oltp().geturl()} INTO {_dwh().geturl()}
        WITH data only, disable triggers
        INCLUDING ONLY TABLE NAMES MATCHING 'order_items'
        ALTER TABLE NAMES MATCHING 'order_items' RENAME TO 'bench_pgloader'
        ALTER SCHEMA '{name}' RENAME TO 'public';
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
