"""A small batch in staging that keeps every rule; tests spoil it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from expectations import RULES
from infra.local.databases import fresh_database
from techmarket.db.engines import warehouse_engine
from techmarket.db.sql import read_sql
from techmarket.model.catalog import CATALOG, Catalog
from techmarket.project import Project
from techmarket.quality.gate.report import GateReport
from techmarket.quality.rules.row_rules import Rule, Severity
from techmarket.quality.rules.severities import AS_DECLARED
from techmarket.settings import Settings
from tests.support.queries import rows, run

BATCH = 7

GOOD_ROWS = """
INSERT INTO stg.regions VALUES (1, 'Київська', 'Україна', now()), (2, 'Львівська', 'Україна', now());
INSERT INTO stg.customers VALUES
    (1, 'Олена Ковальчук', 'olena@example.com', '+380 44 123-45-67', 1, '2024-03-01 10:00', now()),
    (2, 'Юлія Бондаренко', NULL, NULL, NULL, '2024-03-02 10:00', now());
INSERT INTO stg.employees VALUES
    (1, 'Ірина Мельник', 'iryna@example.com', 'Продавчиня', 1, '2023-01-09', now()),
    (2, 'Юрій Кравець', NULL, 'Продавець', NULL, '2023-01-09', now());
INSERT INTO stg.categories VALUES (1, 'Електроніка', NULL, now()), (2, 'Смартфони', 1, now()), (3, 'Чохли', 2, now());
INSERT INTO stg.products VALUES
    (1, 'PH-1', 'Телефон', 2, 7000.00, 9999.99, 1, now()), (2, 'CA-1', 'Чохол', 3, 100.00, 250.00, 0, now());
INSERT INTO stg.orders VALUES
    (1, 1, 1, '2026-01-10 12:00', 1, 9249.99, 'delivered', now()), (2, 2, NULL, '2026-01-11 12:00', 2, 500.00, 'new', now()),
    (3, 2, 2, '2026-01-12 12:00', 2, 250.00, 'cancelled', now());
INSERT INTO stg.order_items VALUES
    (11, 1, 1, 1, 9999.99, 0.1000, now()), (12, 1, 2, 1, 250.00, 0, now()),
    (21, 2, 2, 2, 250.00, 0, now()), (31, 3, 2, 1, 250.00, 0, now());
INSERT INTO stg.payments VALUES
    (1, 1, 'card', '2026-01-10 12:05', 9000.00, now()), (2, 1, 'cash', '2026-01-10 12:10', 249.99, now()),
    (3, 3, 'gift_card', '2026-01-12 12:10', 250.00, now());
"""

RELEASED_LOADS = f"""
INSERT INTO dwh.load_batches (batch_id, mode, status, requested_by, horizon, counts, gate)
OVERRIDING SYSTEM VALUE
SELECT
    n, 'full', 'released', 'test', now() - interval '1 day' * ({BATCH} - n),
    '{{"regions": 2, "customers": 2, "employees": 2, "categories": 3, "products": 2, "orders": 3, "order_items": 4, "payments": 3}}',
    '{{"newest": {{"orders": "2026-01-12T12:00:00Z"}}}}'
FROM generate_series(1, {BATCH} - 1) AS n;
"""
"""Earlier full loads, each as large as the good batch."""


@pytest.fixture(scope="session")
def quality_database(dwh_server: URL) -> Iterator[sa.Engine]:
    with fresh_database(dwh_server) as url:
        engine = warehouse_engine(url, Settings(_env_file=None))
        with engine.begin() as connection:
            connection.exec_driver_sql(read_sql("postgres/01_dwh_schema.sql"))
        yield engine


@pytest.fixture
def good_batch(quality_database: sa.Engine) -> sa.Engine:
    """Staging holds the running good batch; no facts, no rejects."""
    with quality_database.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA IF EXISTS stg CASCADE")
        connection.exec_driver_sql("DELETE FROM dwh.dim_customer WHERE customer_key > 0; TRUNCATE dwh.load_batches CASCADE")
        connection.exec_driver_sql(read_sql("postgres/02_stg_schema.sql"))
        connection.exec_driver_sql(read_sql("postgres/02_stg_tables.sql"))
        connection.exec_driver_sql(GOOD_ROWS)
        connection.exec_driver_sql(RELEASED_LOADS)
        connection.exec_driver_sql(
            "INSERT INTO dwh.load_batches (batch_id, mode, status, requested_by)"
            f" OVERRIDING SYSTEM VALUE VALUES ({BATCH}, 'full', 'running', 'test')"
        )
    return quality_database


@pytest.fixture
def run_sql(good_batch: sa.Engine) -> Callable[[str], None]:
    return partial(run, good_batch)


@pytest.fixture
def query(good_batch: sa.Engine) -> Callable[[str], list[tuple[object, ...]]]:
    return partial(rows, good_batch)


@pytest.fixture
def gate(good_batch: sa.Engine) -> Callable[..., GateReport]:
    def run(
        rules: Sequence[Rule] = RULES,
        *,
        batch_id: int = BATCH,
        catalog: Catalog = CATALOG,
        severities: Mapping[str, Severity] = AS_DECLARED,
        **changed: object,
    ) -> GateReport:
        from techmarket.quality.gate.run import run_gate  # slow: Great Expectations

        settings = Settings(_env_file=None, **changed)
        return run_gate(good_batch, batch_id=batch_id, project=Project(catalog, rules, settings), severities=severities)

    return run
