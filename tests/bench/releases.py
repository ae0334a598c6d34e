import time

import sqlalchemy as sa

from expectations import RULES
from techmarket.db.engines import Databases
from techmarket.ledger.batches import load_batch
from techmarket.load.extracting import extract_batch
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.model.star import STAR
from techmarket.project import Project
from techmarket.quality.gate.check import check_batch
from techmarket.release.aggregates import refresh_all
from techmarket.release.release import release
from techmarket.release.steps import plan_for_whole_tables
from techmarket.settings import Settings
from techmarket.staging.stage import stage

NEWEST = "order_id > (SELECT n FROM (SELECT max(order_id) - 1000 AS n FROM orders) AS o)"
SPREAD = "order_id % :every = 7"
CHANGES = {"the newest 1,000 orders": NEWEST, "1,000 orders spread over three years": SPREAD}


def change(shop: sa.Engine, where: str, orders: int) -> None:
    """Change the lines of 1,000 orders."""
    with shop.begin() as connection:
        connection.execute(sa.text(f"UPDATE order_items SET quantity = quantity + 1 WHERE {where}"), {"every": orders // 1000})


def seconds_of_a_release(source: sa.Engine, warehouse: sa.Engine, mode: Mode, settings: Settings) -> float:
    with load_batch(warehouse, mode, requested_by="bench") as batch:
        sealed = extract_batch(Databases(source, warehouse), batch, project=Project(CATALOG, (), settings))
        stage(warehouse, sealed, batch_id=batch.batch_id, catalog=CATALOG)
        report = check_batch(warehouse, batch_id=batch.batch_id, project=Project(CATALOG, RULES, settings))
        started = time.monotonic()
        release(warehouse, batch_id=batch.batch_id, manifest=sealed.manifest, report=report, project=Project(CATALOG, (), settings))
        seconds = time.monotonic() - started
    print(f"release {mode}: {seconds:.2f} s", flush=True)
    return round(seconds, 2)


def seconds_of_all_aggregates(warehouse: sa.Engine) -> float:
    """Seconds to fill the empty aggregates. Rolls back."""
    with warehouse.connect() as connection:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(f'dwh.{aggregate.name}' for aggregate in STAR.aggregates)}")
        plan_for_whole_tables(connection)
        started = time.monotonic()
        refresh_all(connection)
        seconds = time.monotonic() - started
        connection.rollback()
    print(f"aggregates: {seconds:.2f} s", flush=True)
    return round(seconds, 2)
