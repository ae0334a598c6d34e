from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from expectations import RULES
from infra.local.databases import fresh_database
from infra.local.postgres import Postgres, programs_of_the_wheel
from infra.local.servers import LOCAL
from techmarket.backfill.run import backfill
from techmarket.backfill.windows import BackfillRange
from techmarket.db.engines import Databases, warehouse_engine
from techmarket.load.load import load
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import LoadRequest, Project
from techmarket.reconcile.repair import reconcile
from techmarket.seed import History, change_source, generate
from techmarket.settings import Settings
from techmarket.setup.bootstrap import bootstrap_warehouse
from tests.support.servers.worker_servers import SERVERS
from tests.support.warehouse.aggregates_from_scratch import assert_aggregates_equal


@pytest.fixture
def warehouse_of_the_wheel(settings: Settings) -> Iterator[sa.Engine]:
    server = Postgres(LOCAL / SERVERS / "postgres-of-the-wheel", durable=False, programs=programs_of_the_wheel())
    with server.shared() as superuser, fresh_database(superuser) as url:
        password = SecretStr(str(url.password))
        bootstrap_warehouse(warehouse_engine(url, settings), catalog=CATALOG, today=date(2026, 11, 22), etl_password=password)
        yield warehouse_engine(url.set(username="techmarket_etl"), settings)


def test_loads_a_repair_and_a_backfill_run_on_the_postgresql_of_the_wheel(
    source_admin: sa.Engine, source: sa.Engine, warehouse_of_the_wheel: sa.Engine, settings: Settings
) -> None:
    warehouse = warehouse_of_the_wheel
    databases, project = Databases(source, warehouse), Project(CATALOG, RULES, settings)

    def run_load(mode: Mode) -> int:
        done = load(databases, project, LoadRequest(mode))
        return sum(count.rejected for count in done.certificate.tables)

    generate(source_admin, History(orders=300, seed=18))
    assert run_load(Mode.FULL) == 0
    with warehouse.begin() as connection:
        connection.exec_driver_sql("UPDATE dwh.fact_sales SET quantity = quantity + 1 WHERE order_item_id %% 7 = 0")
    repaired = reconcile(databases, project, repair=True, allow_mass_delete=True)
    assert repaired.found.drift
    assert not repaired.outcome.drift
    change_source(source_admin, seed=18)
    assert run_load(Mode.INCREMENTAL) > 0
    period = BackfillRange(date(2026, 10, 1), date(2026, 11, 1), "month")
    backfill(databases, project, period).require_complete()
    assert_aggregates_equal(warehouse)
