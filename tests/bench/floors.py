"""Floors for whole loads, by the databases' own means."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import URL

from techmarket.model.catalog import CATALOG
from techmarket.model.star import STAR
from techmarket.release.steps import run_step
from tests.bench.contenders import pipe
from tests.bench.databases import written_out

_HERE = Path(__file__).parent
_STAR = tuple(table.name for table in STAR.tables)


def staging_floor(oltp: URL, dwh: URL) -> float:
    """Seconds of the client pipe for all tables in turn, with key indexes and ANALYZE."""
    os.environ |= {"BENCH_OLTP_URL": oltp.render_as_string(hide_password=False), "BENCH_DWH_URL": dwh.render_as_string(hide_password=False)}
    engine = sa.create_engine(dwh)
    with _floor(engine, [f'CREATE UNLOGGED TABLE floor."{name}" (LIKE stg."{name}")' for name in CATALOG]):
        started = time.monotonic()
        for table in CATALOG.values():
            pipe(table, f'floor."{table.name}"')
        with engine.begin() as connection:
            for table in CATALOG.values():
                connection.exec_driver_sql(f'CREATE UNIQUE INDEX ON floor."{table.name}" ("{table.key}")')
                connection.exec_driver_sql(f'ANALYZE floor."{table.name}"')
        return time.monotonic() - started


def release_floor(dwh: URL, *, indexes_last: bool) -> tuple[float, float]:
    """Seconds of bare INSERT … SELECT into an empty star and its aggregates, in one transaction."""
    engine = sa.create_engine(dwh)
    with _floor(engine, list(_empty_star(engine, indexes_last=indexes_last))), engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL work_mem = '256MB'; SET LOCAL jit = off; SET LOCAL timezone = 'UTC'")
        started = time.monotonic()
        connection.exec_driver_sql((_HERE / "floor_star.sql").read_text(encoding="utf-8"))
        if indexes_last:
            for statement in _secondary_indexes(connection):
                connection.exec_driver_sql(statement)
        connection.exec_driver_sql("ANALYZE floor.fact_sales, floor.fact_payments")
        star = time.monotonic() - started
        connection.exec_driver_sql((_HERE / "floor_aggregates.sql").read_text(encoding="utf-8"))
        return star, time.monotonic() - started - star


@contextmanager
def _floor(engine: sa.Engine, tables: list[str]) -> Iterator[None]:
    """A schema with empty tables; dropped after the block."""
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA IF EXISTS floor CASCADE; CREATE SCHEMA floor")
        for statement in tables:
            connection.exec_driver_sql(statement)
    written_out(engine)
    yield
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA floor CASCADE")


def _empty_star(engine: sa.Engine, *, indexes_last: bool) -> Iterator[str]:
    for table in _STAR:
        yield f"CREATE TABLE floor.{table} (LIKE dwh.{table} INCLUDING IDENTITY INCLUDING DEFAULTS)"
        with engine.connect() as connection:
            columns = sa.inspect(connection).get_pk_constraint(table, "dwh")["constrained_columns"]
            yield f"ALTER TABLE floor.{table} ADD PRIMARY KEY ({', '.join(columns)})"
            if not (indexes_last and table.startswith("fact_")):
                yield from _secondary_indexes(connection, table)


def _secondary_indexes(connection: sa.Connection, *tables: str) -> Iterator[str]:
    """Statements for dwh's secondary indexes on the floor's tables, by default on both facts."""
    for table in tables or ("fact_sales", "fact_payments"):
        for index in run_step(connection, "secondary_indexes", table_name=f"dwh.{table}"):
            yield index.create_statement.replace("dwh.", "floor.")
