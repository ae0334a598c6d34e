"""Frozen warehouses for the upgrade test, a script a version."""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy import URL
from sqlalchemy.pool import NullPool

from expectations import RULES
from infra.local.databases import fresh_database
from infra.local.postgres import postgres_programs
from infra.local.servers import LOCAL, private_servers, stop_all
from techmarket import __version__
from techmarket.db.engines import Databases, warehouse_engine
from techmarket.db.sql import names, read_sql
from techmarket.load.load import load
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import LoadRequest, Project
from techmarket.seed import create_schema, load_sample
from techmarket.settings import Settings
from techmarket.setup.bootstrap import bootstrap_warehouse

_SERVERS = "versions"
_SCRATCH = (
    "dwh.dim_date",
    "stg.staged_extract",
    "stg.staged_parts",
    "stg.requested_keys",
    "stg.batch_rejects",
    "stg.touched_orders",
    "stg.touched_sales",
    "stg.touched_categories",
    "stg.touched_products",
    "stg.touched_payments",
    *(f"stg.{table}" for table in CATALOG),
)
"""Dumped without rows: a bootstrap or load fills them."""
_BAD_ROW = "UPDATE order_items SET quantity = -1 ORDER BY order_item_id LIMIT 1"
_ANONYMOUS = "UPDATE dwh.load_batches SET requested_by = 'the release'"
"""Removes the machine's name."""
_DIGEST = "-- Schema: "


def frozen_file(root: Path, version: str) -> Path:
    """A version's script."""
    return root / "tests" / "integration" / "released" / f"{version}.sql"


def is_current(file: Path) -> bool:
    """Whether it has the current schema."""
    return f"{_DIGEST}{_digest()}\n" in file.read_text(encoding="utf-8")


def freeze() -> Path:
    """Write this version's warehouse: the sample, one row rejected."""
    file = frozen_file(LOCAL.parent, __version__)
    mariadb, postgres = private_servers(_SERVERS, durable=False)
    try:
        with mariadb.shared() as source, postgres.shared() as warehouse, fresh_database(source) as oltp, fresh_database(warehouse) as dwh:
            _load_sample(oltp, dwh)
            file.parent.mkdir(exist_ok=True)
            head = f"-- The warehouse of {__version__}, written by `python -m infra.versions freeze`; do not edit.\n{_DIGEST}{_digest()}\n"
            file.write_text(head + "".join(_dumped(dwh)), encoding="utf-8")
    finally:
        stop_all(_SERVERS)
    return file


def _load_sample(oltp: URL, dwh: URL) -> None:
    settings = Settings(_env_file=None, extract_dir=LOCAL / _SERVERS / "extracts", data_docs_dir=LOCAL / _SERVERS / "data-docs")
    source = sa.create_engine(oltp, poolclass=NullPool)
    create_schema(source)
    load_sample(source)
    with source.begin() as connection:
        connection.exec_driver_sql(_BAD_ROW)
    warehouse = warehouse_engine(dwh, settings)
    bootstrap_warehouse(warehouse, catalog=CATALOG, today=datetime.now(UTC).date(), etl_password=SecretStr(str(dwh.password)))
    load(Databases(source, warehouse), Project(CATALOG, RULES, settings), LoadRequest(Mode.FULL))
    with warehouse.begin() as connection:
        connection.exec_driver_sql(_ANONYMOUS)


def _dumped(dwh: URL) -> Iterator[str]:
    """For PostgreSQL 15 and later, without psql's commands."""
    options = ["--no-owner", "--no-acl", "--inserts", "--rows-per-insert=100", *(f"--exclude-table-data={table}" for table in _SCRATCH)]
    address = [f"--host={dwh.host}", f"--port={dwh.port}", f"--username={dwh.username}", str(dwh.database)]
    command = [str(postgres_programs() / "pg_dump"), *options, *address]
    dump = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "PGPASSWORD": str(dwh.password)})
    for line in dump.stdout.splitlines(keepends=True):
        if line.strip() and not line.startswith(("--", "\\", "SET transaction_timeout")):
            yield line


def _digest() -> str:
    files = [
        "01_dwh_schema",
        "02_stg_schema",
        "02_stg_tables",
        "03_views_marts",
        *(f"migrations/{name}" for name in sorted(names("postgres/migrations"))),
    ]
    return hashlib.sha256("".join(read_sql(f"postgres/{file}.sql") for file in files).encode()).hexdigest()
