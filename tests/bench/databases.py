import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy import URL

from infra.local.databases import fresh_database
from infra.local.servers import private_servers
from techmarket.db.engines import warehouse_engine
from techmarket.model.catalog import CATALOG
from techmarket.seed import History, create_schema, generate
from techmarket.settings import Settings
from techmarket.setup.bootstrap import bootstrap_warehouse

LINES_PER_ORDER = 3
BI_PASSWORD = SecretStr("bench")


@contextmanager
def seeded_databases(orders: int) -> Iterator[tuple[URL, URL]]:
    """Superuser addresses of a seeded order system and of a bootstrapped warehouse; dropped at the end."""
    mariadb, postgres = private_servers("bench")
    with (
        mariadb.shared() as oltp_server,
        postgres.shared() as dwh_server,
        fresh_database(oltp_server) as oltp,
        fresh_database(dwh_server) as dwh,
    ):
        shop = sa.create_engine(oltp)
        started = time.monotonic()
        create_schema(shop)
        generate(shop, History(orders=orders, seed=1))
        print(f"seeded in {time.monotonic() - started:.1f} s", flush=True)
        new_warehouse(dwh)
        yield oltp, dwh


def new_warehouse(dwh: URL) -> None:
    warehouse = warehouse_engine(dwh, Settings(_env_file=None))
    with warehouse.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA IF EXISTS dwh, stg CASCADE")
    written_out(warehouse)
    password = SecretStr(str(dwh.password))
    bootstrap_warehouse(warehouse, catalog=CATALOG, today=date(2026, 11, 25), etl_password=password, bi_password=BI_PASSWORD)


def source_process(oltp: URL) -> int:
    """The source server must be on this machine."""
    with sa.create_engine(oltp).connect() as connection:
        return int(Path(connection.exec_driver_sql("SELECT @@pid_file").scalar_one()).read_text(encoding="ascii"))


def written_out(warehouse: sa.Engine) -> None:
    """Make the server flush earlier writes."""
    with warehouse.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
