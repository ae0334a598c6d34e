import logging
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import URL

from infra.local.databases import fresh_database
from techmarket.db.engines import Databases, source_engine, warehouse_engine
from techmarket.db.sql import read_sql
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import Project
from techmarket.reconcile.run import compare_warehouse
from techmarket.settings import Settings
from tests.bench.databases import BI_PASSWORD, LINES_PER_ORDER, new_warehouse, seeded_databases
from tests.bench.document import Section
from tests.bench.releases import CHANGES, change, seconds_of_a_release, seconds_of_all_aggregates

_Result = TypeVar("_Result")
_LAYOUTS = ("as it is", "a partition a year")
_FIRST = "everything, for the first time"
_READS = {
    "one order": "SELECT sum(revenue), count(*) FROM dwh.fact_sales WHERE order_id = (SELECT max(order_id) / 2 FROM dwh.fact_sales)",
    "one customer": "SELECT sum(revenue), count(*) FROM dwh.fact_sales JOIN dwh.dim_customer USING (customer_key) WHERE customer_id = 7",
    "one employee, by month": """
        SELECT date_key / 100, sum(revenue) FROM dwh.fact_sales JOIN dwh.dim_employee USING (employee_key) WHERE employee_id = 7 GROUP BY 1
    """,
    "one region, by month": """
        SELECT f.date_key / 100, sum(f.revenue) FROM dwh.fact_sales AS f JOIN dwh.dim_region AS r ON f.region_key = r.region_key
        WHERE r.region_id = 7 GROUP BY 1
    """,
    "one product, by month": """
        SELECT f.date_key / 100, sum(f.revenue) FROM dwh.fact_sales AS f JOIN dwh.dim_product AS p ON f.product_key = p.product_key
        WHERE p.product_id = 7 GROUP BY 1
    """,
    "one day, by product": "SELECT product_key, sum(revenue) FROM dwh.fact_sales WHERE date_key = 20250615 GROUP BY 1",
    "one month, by product": "SELECT product_key, sum(revenue) FROM dwh.fact_sales WHERE date_key BETWEEN 20250601 AND 20250630 GROUP BY 1",
    "one year, by product": "SELECT product_key, sum(revenue) FROM dwh.fact_sales WHERE date_key BETWEEN 20250101 AND 20251231 GROUP BY 1",
    "all years, by product": "SELECT product_key, sum(revenue) FROM dwh.fact_sales GROUP BY 1",
    "payments of a month": "SELECT method, sum(amount) FROM dwh.fact_payments WHERE date_key BETWEEN 20250601 AND 20250630 GROUP BY 1",
    "payments of a customer": "SELECT sum(amount) FROM dwh.fact_payments JOIN dwh.dim_customer USING (customer_key) WHERE customer_id = 7",
    "payments of a region": """
        SELECT p.method, sum(p.amount) FROM dwh.fact_payments AS p JOIN dwh.dim_region AS r ON p.region_key = r.region_key
        WHERE r.region_id = 7 GROUP BY 1
    """,
}
_FOR_READS = {
    "fact_sales_customer_key": "one customer",
    "fact_sales_employee_key": "one employee, by month",
    "fact_sales_region_key": "one region, by month",
    "fact_payments_customer_key": "payments of a customer",
    "fact_payments_region_key": "payments of a region",
}
"""Indexes that only reads use, with that read."""
_SCANS = """
SELECT coalesce(parent.relname, s.indexrelname), sum(s.idx_scan) FROM pg_stat_user_indexes AS s
LEFT JOIN pg_inherits AS i ON i.inhrelid = s.indexrelid LEFT JOIN pg_class AS parent ON parent.oid = i.inhparent
WHERE s.schemaname = 'dwh' AND (s.relname LIKE 'fact%%' OR s.relname LIKE 'agg%%') GROUP BY 1 ORDER BY 1
"""
_BYTES = """
SELECT sum(pg_total_relation_size(oid)) FROM pg_class
WHERE relnamespace = 'dwh'::regnamespace AND relname LIKE 'fact_sales%%' AND relkind = 'r'
"""


def measured(lines: int, runs: int) -> Section:
    """Seconds of releases and milliseconds of reads by layout; scans of each index by cause."""
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    orders = lines // LINES_PER_ORDER
    with seeded_databases(orders) as (oltp, dwh), _second_warehouse(dwh) as by_year:
        shop, layouts = sa.create_engine(oltp), [_Layout(oltp, url) for url in (dwh, by_year)]
        for layout in layouts:
            layout.load_first()
        for _ in range(runs):
            for layout in layouts:
                layout.make_aggregates_anew()
        for what, where in CHANGES.items():
            for _ in range(runs):
                change(shop, where, orders)
                for layout in layouts:
                    layout.load_change(what)
        for what in _READS:
            for layout in layouts:
                layout.read(what, runs)
        for layout in layouts:
            layout.use_indexes(runs)
    return {"layouts": {name: layout.found for name, layout in zip(_LAYOUTS, layouts, strict=True)}}


@contextmanager
def _second_warehouse(dwh: URL) -> Iterator[URL]:
    with fresh_database(dwh.set(database="postgres")) as url:
        new_warehouse(url)
        with sa.create_engine(url).begin() as connection:
            script = read_sql("postgres/growth/fact_sales_by_year.sql")
            connection.exec_driver_sql(script.replace("extract(YEAR FROM current_date)", "2023"), execution_options={"no_parameters": True})
        yield url


class _Layout:
    def __init__(self, oltp: URL, dwh: URL) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="bench-partitions-")
        folder = Path(self._folder.name)
        self._settings = Settings(_env_file=None, extract_dir=folder / "extracts", data_docs_dir=folder / "docs")
        self._source = source_engine(oltp, self._settings)
        self._warehouse = warehouse_engine(dwh, self._settings)
        self.found: Section = {"releases": {what: [] for what in (_FIRST, *CHANGES)}, "aggregates_s": [], "reads_ms": {}, "scans": {}}

    def load_first(self) -> None:
        self.found["releases"][_FIRST].append(self._counted("first release", partial(self._load, Mode.FULL)))
        self.found["autovacuum_after_s"] = self._seconds_until_vacuumed()
        with self._warehouse.connect() as connection:
            self.found["lines"] = connection.exec_driver_sql("SELECT count(*) FROM dwh.fact_sales").scalar_one()
            self.found["mib"] = round(connection.exec_driver_sql(_BYTES).scalar_one() / 2**20)

    def make_aggregates_anew(self) -> None:
        self.found["aggregates_s"].append(seconds_of_all_aggregates(self._warehouse))

    def load_change(self, what: str) -> None:
        self.found["releases"][what].append(self._counted("later releases", partial(self._load, Mode.INCREMENTAL)))

    def read(self, what: str, runs: int) -> None:
        self.found["reads_ms"][what] = self._counted("reads", partial(self._ask, _READS[what], runs))
        print(f"{what}: {self.found['reads_ms'][what]} ms", flush=True)

    def use_indexes(self, runs: int) -> None:
        self._counted("marts", self._read_marts)
        self._counted("reconcile", self._reconcile)
        self.found["by_month"] = self._btree_and_brin(runs)
        self.found["without"] = {index: self._with_and_without(index, runs) for index in _FOR_READS}
        self._folder.cleanup()

    def _load(self, mode: Mode) -> float:
        return seconds_of_a_release(self._source, self._warehouse, mode, self._settings)

    def _seconds_until_vacuumed(self) -> float:
        """Seconds until autovacuum is done, at most three minutes. Then runs VACUUM, for equal reads."""
        question = "SELECT count(*) FROM pg_stat_user_tables WHERE relname LIKE 'fact_sales%%' AND last_autovacuum IS NOT NULL"
        started = time.monotonic()
        with self._warehouse.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not connection.exec_driver_sql(question).scalar_one() and time.monotonic() - started < 180:
                time.sleep(1)
            seconds = round(time.monotonic() - started)
            connection.exec_driver_sql("VACUUM ANALYZE")
        print(f"autovacuum after {seconds} s", flush=True)
        return seconds

    def _ask(self, statement: str, runs: int) -> list[float]:
        with self._analyst().connect() as connection:
            return _milliseconds(connection, statement, runs)

    def _btree_and_brin(self, runs: int) -> dict[str, list[float]]:
        """Size in MiB and milliseconds of both ways to find a month's lines. Rolls back."""
        found = {}
        with self._warehouse.connect() as connection:
            connection.exec_driver_sql("CREATE INDEX fact_sales_day_brin ON dwh.fact_sales USING brin (date_key)")
            for index in ("fact_sales_day_region", "fact_sales_day_brin"):
                found[index] = [_mib(connection, index), *_milliseconds(connection, _READS["one month, by product"], runs)]
                connection.exec_driver_sql(f"DROP INDEX dwh.{index}")
            connection.rollback()
        return found

    def _with_and_without(self, index: str, runs: int) -> Section:
        """Size of an index in MiB, and milliseconds with and without it. Rolls back."""
        statement = _READS[_FOR_READS[index]]
        with self._warehouse.connect() as connection:
            found = {"mib": _mib(connection, index), "with": _milliseconds(connection, statement, runs)}
            connection.exec_driver_sql(f"DROP INDEX dwh.{index}")
            found["without"] = _milliseconds(connection, statement, runs)
            connection.rollback()
        return found

    def _read_marts(self) -> None:
        with self._analyst().connect() as connection:
            views = [name for name in sa.inspect(connection).get_view_names("dwh") if name.startswith("mart_")]
            for relation in [*views, "product_ranking('2025-11-02', '2025-12-30')"]:
                connection.exec_driver_sql(f"SELECT * FROM dwh.{relation}").all()
            connection.exec_driver_sql("SELECT * FROM dwh.mart_sales_dynamics WHERE sale_date = '2025-06-15'").all()

    def _reconcile(self) -> None:
        compare_warehouse(Databases(self._source, self._warehouse), project=Project(CATALOG, (), self._settings), requested_by="bench")

    def _analyst(self) -> sa.Engine:
        address = self._warehouse.url.set(username="techmarket_bi", password=BI_PASSWORD.get_secret_value())
        return sa.create_engine(address, poolclass=sa.pool.NullPool)

    def _counted(self, what: str, work: Callable[[], _Result]) -> _Result:
        """Add up the work's scans of each index."""
        before = self._scans_so_far()
        result = work()
        of_it = self.found["scans"].setdefault(what, {})
        for index, scans in self._scans_so_far().items():
            of_it[index] = of_it.get(index, 0) + scans - before.get(index, 0)
        return result

    def _scans_so_far(self) -> dict[str, int]:
        """Sessions report their counts when they end."""
        with self._warehouse.connect() as connection:
            return {index: int(scans) for index, scans in connection.exec_driver_sql(_SCANS)}


def _mib(connection: sa.Connection, index: str) -> float:
    return round(connection.exec_driver_sql(f"SELECT pg_relation_size('dwh.{index}')").scalar_one() / 2**20, 2)


def _milliseconds(connection: sa.Connection, statement: str, runs: int) -> list[float]:
    """Without the first, cold run."""
    seconds = []
    for _ in range(runs + 1):
        started = time.monotonic()
        connection.exec_driver_sql(statement).all()
        seconds.append(time.monotonic() - started)
    return [round(1000 * taken, 1) for taken in seconds[1:]]


def as_markdown(found: Section) -> list[str]:
    plain, by_year = (found["layouts"][name] for name in _LAYOUTS)
    rows = [
        *((f"release: {what}, s", plain["releases"][what], by_year["releases"][what]) for what in plain["releases"]),
        ("all aggregates recomputed, s", plain["aggregates_s"], by_year["aggregates_s"]),
        *((f"read: {what}, ms", plain["reads_ms"][what], by_year["reads_ms"][what]) for what in plain["reads_ms"]),
    ]
    lines = [
        "## fact_sales by years",
        "",
        f"The star with {plain['lines']:,} sales lines: as one table, and with `fact_sales` partitioned by year and the same indexes",
        "(`sql/postgres/growth/fact_sales_by_year.sql`). Medians. `fact_payments` is the same in both: its differences are noise.",
        "",
        "| | one table | a partition a year | ratio |",
        "|---|---:|---:|---:|",
    ]
    for what, *both in rows:
        before, after = map(statistics.median, both)
        lines.append(f"| {what} | {before:g} | {after:g} | {after / before:.2f} |")
    lines += [
        f"| fact and indexes, MiB | {plain['mib']} | {by_year['mib']} | {by_year['mib'] / plain['mib']:.2f} |",
        "",
        f"Autovacuum finished the fact {plain['autovacuum_after_s']} s after the first load.",
        "",
        *(
            f"`{index}` finds the lines of a month in {statistics.median(times):g} ms, and takes {size:g} MiB."
            for index, (size, *times) in plain["by_month"].items()
        ),
        "",
        "Indexes that only reads need:",
        "",
        "| index | MiB | read | with it, ms | without, ms |",
        "|---|---:|---|---:|---:|",
        *(
            f"| {index} | {it['mib']} | {_FOR_READS[index]} | {statistics.median(it['with']):g} | {statistics.median(it['without']):g} |"
            for index, it in plain["without"].items()
        ),
        "",
        "Scans of each index of facts and aggregates (one table), by cause:",
        "",
    ]
    scans = plain["scans"]
    lines += [f"| index | {' | '.join(scans)} |", f"|---|{'---:|' * len(scans)}"]
    indexes = sorted({index for of_it in scans.values() for index in of_it})
    return [*lines, *(f"| {index} | {' | '.join(f'{of_it.get(index, 0):,}' for of_it in scans.values())} |" for index in indexes)]
