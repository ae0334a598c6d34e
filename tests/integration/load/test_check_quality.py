import json
import re
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from expectations import RULES
from techmarket.cli.exit_codes import EXIT_CODES
from techmarket.db.engines import Databases
from techmarket.errors import ConcurrentRunError, ConfigurationError, DataQualityError
from techmarket.extract.sealed import SealedExtract, open_sealed
from techmarket.ledger.batches import load_lock
from techmarket.load.check import check
from techmarket.load.load import load
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import LoadRequest, Project
from techmarket.publish.quality_pages import publish_report, rebuild_data_docs
from techmarket.publish.sales_report.publishing import publish_sales_report
from techmarket.quality.gate.report import GateReport, Verdict
from techmarket.quality.rules.row_rules import Severity
from techmarket.seed import load_sample
from techmarket.settings import Settings
from tests.support.command_line import techmarket

WAREHOUSE = """
SELECT
    (SELECT count(*) FROM dwh.fact_sales), (SELECT max(batch_id) FROM dwh.fact_sales), (SELECT max(watermark) FROM dwh.load_watermarks),
    (SELECT count(*) FROM stg.rejected_rows), (SELECT max(batch_id) FROM dwh.load_batches WHERE status = 'released')
"""


class Shop:
    """Has loaded the sample once."""

    def __init__(self, source: sa.Engine, warehouse: sa.Engine, settings: Settings) -> None:
        self.source, self.warehouse, self.settings = source, warehouse, settings

    def load(self) -> GateReport:
        return load(
            Databases(self.source, self.warehouse), request=LoadRequest(Mode.FULL), project=Project(CATALOG, RULES, self.settings)
        ).report

    def check(self, extract: SealedExtract | None = None, **severities: Severity) -> GateReport:
        asked = {name.replace("__", "."): severity for name, severity in severities.items()}
        return check(self.warehouse, Project(CATALOG, RULES, self.settings), extract, severities=asked).report

    def row(self, statement: str) -> tuple[object, ...]:
        with self.warehouse.connect() as connection:
            return tuple(connection.exec_driver_sql(statement).one())


@pytest.fixture
def shop(source_admin: sa.Engine, source: sa.Engine, warehouse: sa.Engine, settings: Settings) -> Shop:
    load_sample(source_admin)
    shop = Shop(source, warehouse, settings)
    shop.load()
    return shop


def test_check_of_staging_reports_and_changes_nothing_that_is_loaded(shop: Shop) -> None:
    with shop.warehouse.begin() as connection:
        connection.exec_driver_sql("UPDATE stg.order_items SET quantity = 0")
    before = shop.row(WAREHOUSE)
    report = shop.check(order_items__quantity_positive=Severity.CRITICAL_TABLE)
    assert (report.is_check, report.verdict) == (True, Verdict.DATA_FAIL)
    assert shop.row(WAREHOUSE) == before
    assert shop.row("SELECT status, mode, verdict, severity_overrides FROM dwh.load_batches ORDER BY batch_id DESC LIMIT 1") == (
        "checked", "full", "DATA_FAIL", {"order_items.quantity_positive": "critical_table"},
    )  # fmt: skip


def test_check_of_a_sealed_extract_stages_it(shop: Shop) -> None:
    (folder,) = shop.settings.extract_dir.iterdir()
    with shop.warehouse.begin() as connection:
        connection.exec_driver_sql("TRUNCATE stg.staged_parts, stg.orders")
    before = shop.row(WAREHOUSE)
    report = shop.check(open_sealed(folder, CATALOG))
    assert report.tables["orders"].staged > 0
    assert shop.row(WAREHOUSE) == before


def test_load_after_a_check_is_not_disturbed(shop: Shop) -> None:
    shop.check()
    assert shop.load().verdict is Verdict.PASS


def test_check_is_refused_while_a_load_is_at_work_and_where_nothing_is_staged(shop: Shop) -> None:
    with load_lock(shop.warehouse, holder="a load"), pytest.raises(ConcurrentRunError, match="a load"):
        shop.check()
    with shop.warehouse.begin() as connection:
        connection.exec_driver_sql("TRUNCATE stg.staged_parts")
    with pytest.raises(ConfigurationError, match=r"Staging is empty.*name a sealed extract"):
        shop.check()


def test_command_says_in_two_paragraphs_that_nothing_is_broken(shop: Shop, tmp_path: Path) -> None:
    ended = techmarket("check", cwd=tmp_path, DWH_URL=shop.warehouse.url, DATA_DOCS_DIR=shop.settings.data_docs_dir)
    assert re.fullmatch(r"Check \d+: PASS, 0 of \d+ rules broken\. Nothing was released\.\n\nSee \S+\n", ended.stdout), ended


def test_command_prints_what_is_broken_and_ends_as_a_load_would(shop: Shop, tmp_path: Path) -> None:
    with shop.warehouse.begin() as connection:
        connection.exec_driver_sql("UPDATE stg.orders SET status = 'lost' WHERE order_id = (SELECT min(order_id) FROM stg.orders)")
    arguments = ("check", "--severity", "orders.status_known=critical_table", "--json")
    ended = techmarket(*arguments, cwd=tmp_path, DWH_URL=shop.warehouse.url, DATA_DOCS_DIR=shop.settings.data_docs_dir)
    told = json.loads(ended.stdout)
    assert (ended.returncode, told["verdict"]) == (EXIT_CODES[DataQualityError], "DATA_FAIL")
    assert {"rule": "orders.status_known", "severity": "critical_table"}.items() <= told["broken"][0].items()
    assert Path(told["page"].removeprefix("file://")).exists()
    shown = techmarket(*arguments[:-1], cwd=tmp_path, DWH_URL=shop.warehouse.url, DATA_DOCS_DIR=shop.settings.data_docs_dir).stdout
    assert " A load would be blocked: Rule orders.status_known is broken by 1 row. It asks: " in " ".join(shown.split())


def test_data_docs_that_were_lost_are_written_anew_from_the_ledger(shop: Shop) -> None:
    publish_report(shop.check(), Project(CATALOG, RULES, shop.settings))
    site = shop.settings.data_docs_dir
    pages = {str(page.relative_to(site)) for page in site.rglob("*.html")}
    index = (site / "index.html").read_text()
    shutil.rmtree(site)
    publish_sales_report(shop.warehouse, settings=shop.settings)
    rebuilt = rebuild_data_docs(shop.warehouse, project=Project(CATALOG, RULES, shop.settings))
    assert (rebuilt.loads, rebuilt.rejected_rows, rebuilt.address) == (2, 0, (site / "index.html").as_uri())
    assert {str(page.relative_to(site)) for page in site.rglob("*.html")} == pages
    assert (site / "index.html").read_text() == index
