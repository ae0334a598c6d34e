import logging
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from techmarket.db.engines import source_engine, warehouse_engine
from techmarket.model.modes import Mode
from techmarket.settings import Settings
from tests.bench.databases import BI_PASSWORD, LINES_PER_ORDER, seeded_databases
from tests.bench.document import Section
from tests.bench.releases import CHANGES, change, seconds_of_a_release, seconds_of_all_aggregates

_NUMBERS = {20, 21, 23, 1700}
_PERIODS = {
    "product_ranking, 23 whole months": "dwh.product_ranking('2024-12-01', '2026-10-31')",
    "product_ranking, most of November and December": "dwh.product_ranking('2025-11-02', '2025-12-30')",
}


def measured(lines: int, runs: int) -> Section:
    """Seconds of releases and milliseconds of marts, for a first load and two changes."""
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    orders = lines // LINES_PER_ORDER
    with _warehouse(orders) as (shop, source, warehouse, settings):
        released = {"everything, for the first time": seconds_of_a_release(source, warehouse, Mode.FULL, settings)}
        of_it = seconds_of_all_aggregates(warehouse)
        marts = list(_marts(warehouse, runs))
        for what, where in CHANGES.items():
            change(shop, where, orders)
            released[what] = seconds_of_a_release(source, warehouse, Mode.INCREMENTAL, settings)
        with warehouse.connect() as connection:
            sold = connection.exec_driver_sql("SELECT count(*) FROM dwh.fact_sales").scalar_one()
    return {"lines": sold, "marts": marts, "releases": released, "aggregates_of_the_first": of_it}


@contextmanager
def _warehouse(orders: int) -> Iterator[tuple[sa.Engine, sa.Engine, sa.Engine, Settings]]:
    """The source as administrator and as reader, and the warehouse."""
    with tempfile.TemporaryDirectory(prefix="bench-marts-") as folder, seeded_databases(orders) as (oltp, dwh):
        settings = Settings(_env_file=None, extract_dir=Path(folder) / "extracts", data_docs_dir=Path(folder) / "docs")
        yield sa.create_engine(oltp), source_engine(oltp, settings), warehouse_engine(dwh, settings), settings


def _marts(warehouse: sa.Engine, runs: int) -> Iterator[dict[str, Any]]:
    """Milliseconds to read all of each mart as techmarket_bi, without the first, cold reading."""
    with warehouse.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    analyst = sa.create_engine(warehouse.url.set(username="techmarket_bi", password=BI_PASSWORD.get_secret_value()))
    with analyst.connect() as connection:
        views = sorted(name for name in sa.inspect(connection).get_view_names("dwh") if name.startswith("mart_"))
        for name, relation in {**{view: f"dwh.{view}" for view in views}, **_PERIODS}.items():
            columns = connection.exec_driver_sql(f"SELECT * FROM {relation} LIMIT 0").cursor.description
            read = ", ".join(f"{'sum' if column.type_code in _NUMBERS else 'count'}({column.name})" for column in columns)
            rows, seconds = 0, []
            for _ in range(runs + 1):
                started = time.monotonic()
                rows = connection.exec_driver_sql(f"SELECT count(*), {read} FROM {relation}").one()[0]
                seconds.append(time.monotonic() - started)
            milliseconds = [round(1000 * taken) for taken in seconds[1:]]
            print(f"{name}: {rows:,} rows, {milliseconds} ms", flush=True)
            yield {"mart": name, "rows": rows, "milliseconds": milliseconds}


def as_markdown(found: Section) -> list[str]:
    lines = [
        "## Marts",
        "",
        f"Each mart over {found['lines']:,} order lines, read by `techmarket_bi` with every column; milliseconds.",
        "",
        "| mart | rows | median | worst |",
        "|---|---:|---:|---:|",
    ]
    lines += [
        f"| {mart['mart']} | {mart['rows']:,} | {statistics.median(mart['milliseconds']):.0f} | {max(mart['milliseconds'])} |"
        for mart in found["marts"]
    ]
    lines += [
        "",
        f"Releases, aggregates included ({found['aggregates_of_the_first']} s of the first).",
        "",
        "| what changed | seconds |",
        "|---|---:|",
        *(f"| {what} | {seconds} |" for what, seconds in found["releases"].items()),
    ]
    return lines
