"""A new dimension or fact needs only a declaration, its table and its merge."""

import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from expectations.baseline import baseline
from infra.docs.dictionary import render_dictionary
from techmarket.db import sql
from techmarket.db.engines import Databases
from techmarket.load.load import load
from techmarket.model.catalog import CATALOG, Catalog, Column, Reading, Table
from techmarket.model.column_types import Decimal as Amount
from techmarket.model.column_types import Integer, LocalDatetime, Text, Timestamp
from techmarket.model.modes import Mode
from techmarket.model.star import STAR
from techmarket.model.star_schema import Attribute, Day, Dimension, Fact, Measure, Member, Star
from techmarket.project import LoadRequest, Project
from techmarket.quality.quarantine.rendering import hold_orders
from techmarket.reconcile.rendering import compare_files
from techmarket.reconcile.repair import Reconciliation, reconcile
from techmarket.release.certificate import Certificate
from techmarket.release.rendering import release_files
from techmarket.settings import Settings
from techmarket.setup.bootstrap import bootstrap_warehouse
from techmarket.staging.tables import staged_tables
from tests.support.queries import run

UPDATED_AT = Column("updated_at", Timestamp(), "When the source last changed the row")
COURIERS = Table(
    name="couriers",
    meaning="Who delivers",
    key="courier_id",
    reading=Reading.BY_CURSOR,
    references={"region_id": "regions"},
    columns=(
        Column("courier_id", Integer(32), "Key of the courier"),
        Column("name", Text(100), "Name of the courier"),
        Column("phone", Text(32), "Telephone number", nullable=True),
        Column("region_id", Integer(32), "Home region", nullable=True),
        UPDATED_AT,
    ),
)
DELIVERIES = Table(
    name="deliveries",
    meaning="Parcels delivered",
    key="delivery_id",
    reading=Reading.WITH_ORDER,
    references={"order_id": "orders", "courier_id": "couriers"},
    columns=(
        Column("delivery_id", Integer(64), "Key of the delivery"),
        Column("order_id", Integer(64), "Order delivered"),
        Column("courier_id", Integer(32), "Who delivered; NULL by post", nullable=True),
        Column("delivered_at", LocalDatetime(), "When it arrived, business time"),
        Column("fee", Amount(12, 2), "Price of the delivery, UAH"),
        Column("note", Text(200), "What the courier wrote", nullable=True),
        UPDATED_AT,
    ),
)
WITH_DELIVERIES = Catalog(*CATALOG.values(), COURIERS, DELIVERIES)
DECLARED = Star(
    WITH_DELIVERIES,
    dimensions=(
        *STAR.dimensions,
        Dimension("dim_courier", "couriers", columns=(Attribute("name"), Member("dim_region", "couriers.region_id"), Attribute("phone"))),
    ),
    facts=(
        *STAR.facts,
        Fact(
            "fact_deliveries",
            "deliveries",
            rows="deliveries",
            columns=(
                Member("dim_courier", "deliveries.courier_id"),
                Member("dim_customer", "orders.customer_id"),
                Day("deliveries.delivered_at"),
                Measure("fee", "deliveries.fee"),
                Attribute("note"),
            ),
        ),
    ),
    aggregates=STAR.aggregates,
)

SOURCE_TABLES = (
    (
        "CREATE TABLE couriers (courier_id INT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL, phone VARCHAR(32) NULL,"
        " region_id INT NULL, updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),"
        " KEY (updated_at))"
    ),
    (
        "CREATE TABLE deliveries (delivery_id BIGINT NOT NULL PRIMARY KEY, order_id BIGINT NOT NULL, courier_id INT NULL,"
        " delivered_at DATETIME NOT NULL, fee DECIMAL(12, 2) NOT NULL, note VARCHAR(200) NULL,"
        " updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), KEY (updated_at), KEY (order_id))"
    ),
)
ROWS = (
    "INSERT INTO couriers (courier_id, name, phone, region_id) VALUES (1, 'Ждун | Ко', NULL, 1), (2, 'Меест', '', NULL)",
    (
        "INSERT INTO deliveries (delivery_id, order_id, courier_id, delivered_at, fee, note) VALUES"
        " (1, 1, 1, '2026-01-06 10:00:00', 80.50, 'a|b'), (2, 2, NULL, '2026-01-07', 60.00, NULL), (3, 3, 9, '2030-02-01', 0.00, '')"
    ),
)
STAR_TABLES = """
CREATE TABLE IF NOT EXISTS dwh.dim_courier (
    courier_key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    courier_id integer UNIQUE,
    name text NOT NULL,
    region_key integer NOT NULL,
    phone text,
    is_inferred boolean NOT NULL DEFAULT FALSE,
    is_deleted boolean NOT NULL DEFAULT FALSE,
    batch_id bigint
);
INSERT INTO dwh.dim_courier (courier_key, name, region_key) OVERRIDING SYSTEM VALUE VALUES (0, '(by post)', 0) ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS dwh.fact_deliveries (
    delivery_id bigint PRIMARY KEY,
    order_id bigint NOT NULL,
    courier_key integer NOT NULL,
    customer_key bigint NOT NULL,
    date_key integer NOT NULL,
    fee numeric(12, 2) NOT NULL,
    note text,
    batch_id bigint NOT NULL
);
COMMENT ON TABLE dwh.dim_courier IS 'Who delivers';
COMMENT ON COLUMN dwh.dim_courier.courier_key IS 'Surrogate key; 0 is the post';
COMMENT ON COLUMN dwh.dim_courier.name IS 'Name of the courier';
COMMENT ON TABLE dwh.fact_deliveries IS 'Parcels delivered';
COMMENT ON COLUMN dwh.fact_deliveries.courier_key IS 'Who delivered: dim_courier';
COMMENT ON COLUMN dwh.fact_deliveries.date_key IS 'Day of arrival: dim_date';
COMMENT ON COLUMN dwh.fact_deliveries.fee IS 'Price of the delivery, UAH';
"""
MERGES = {
    "dim_courier": """
-- Merges the accepted couriers that are new or differ into dwh.dim_courier.
-- Binds: batch_id.
MERGE INTO dwh.dim_courier AS d
USING (
    SELECT s.courier_id, s.name, coalesce(r.region_key, 0) AS region_key, s.phone
    FROM stg.accepted_couriers AS s
    LEFT JOIN dwh.dim_region AS r ON s.region_id = r.region_id
    LEFT JOIN dwh.dim_courier AS was ON s.courier_id = was.courier_id
    WHERE (was.name, was.region_key, was.phone, was.is_inferred, was.is_deleted)
        IS DISTINCT FROM (s.name, coalesce(r.region_key, 0), s.phone, FALSE, FALSE)
) AS changed
    ON d.courier_id = changed.courier_id
WHEN MATCHED THEN
    UPDATE SET name = changed.name, region_key = changed.region_key, phone = changed.phone, is_inferred = FALSE, is_deleted = FALSE,
        batch_id = :batch_id
WHEN NOT MATCHED THEN
    INSERT (courier_id, name, region_key, phone, batch_id)
    VALUES (changed.courier_id, changed.name, changed.region_key, changed.phone, :batch_id);
""",
    "fact_deliveries": """
-- Merges the accepted deliveries of accepted orders that are new or differ into dwh.fact_deliveries.
-- Binds: batch_id.
MERGE INTO dwh.fact_deliveries AS f
USING (
    SELECT s.delivery_id, s.order_id, coalesce(p.courier_key, 0) AS courier_key, c.customer_key, d.date_key, s.fee, s.note
    FROM stg.accepted_deliveries AS s
    INNER JOIN stg.accepted_orders AS o ON s.order_id = o.order_id
    INNER JOIN dwh.dim_customer AS c ON o.customer_id = c.customer_id
    INNER JOIN dwh.dim_date AS d ON cast(s.delivered_at AS date) = d.full_date
    LEFT JOIN dwh.dim_courier AS p ON s.courier_id = p.courier_id
    LEFT JOIN dwh.fact_deliveries AS was ON s.delivery_id = was.delivery_id
    WHERE (was.order_id, was.courier_key, was.customer_key, was.date_key, was.fee, was.note)
        IS DISTINCT FROM (s.order_id, coalesce(p.courier_key, 0), c.customer_key, d.date_key, s.fee, s.note)
) AS changed
    ON f.delivery_id = changed.delivery_id
WHEN MATCHED THEN
    UPDATE SET order_id = changed.order_id, courier_key = changed.courier_key, customer_key = changed.customer_key,
        date_key = changed.date_key, fee = changed.fee, note = changed.note, batch_id = :batch_id
WHEN NOT MATCHED THEN
    INSERT (delivery_id, order_id, courier_key, customer_key, date_key, fee, note, batch_id)
    VALUES (changed.delivery_id, changed.order_id, changed.courier_key, changed.customer_key, changed.date_key, changed.fee, changed.note,
        :batch_id);
""",
}


@pytest.fixture
def declared_sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The two are declared, their tables and merges written, and ``make render`` was run."""
    folder = tmp_path / "sql"
    shutil.copytree(sql._ROOT, folder)
    monkeypatch.setattr(sql, "_ROOT", folder)
    sql._statement.cache_clear()
    schema = folder / "postgres" / "01_dwh_schema.sql"
    schema.write_text(schema.read_text(encoding="utf-8") + STAR_TABLES, encoding="utf-8")
    rendered = {
        "postgres/02_stg_tables.sql": staged_tables(WITH_DELIVERIES),
        "postgres/quarantine/hold_orders.sql": hold_orders(DECLARED),
        **{f"postgres/{file}": render() for file, render in release_files(DECLARED).items()},
        **{file: render() for file, render in compare_files(DECLARED).items()},
    }
    for file, text in {**rendered, **{f"postgres/release/{name}/merge.sql": text for name, text in MERGES.items()}}.items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
    yield
    sql._statement.cache_clear()


class Shop:
    """The small shop with deliveries, and its warehouse."""

    def __init__(self, admin: sa.Engine, source: sa.Engine, warehouse: sa.Engine, settings: Settings) -> None:
        rules = [rule for rule in baseline(WITH_DELIVERIES, DECLARED) if rule.table == "deliveries"]
        self.admin = admin
        self.warehouse = warehouse
        self._databases = Databases(source, warehouse)
        self._project = Project(WITH_DELIVERIES, rules, settings, DECLARED)

    def load(self, mode: Mode = Mode.INCREMENTAL, **options: Any) -> Certificate:
        return load(self._databases, self._project, LoadRequest(mode, **options)).certificate

    def reconcile(self, **options: Any) -> Reconciliation:
        return reconcile(self._databases, self._project, repair=True, **options)

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with self.warehouse.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    def deliveries(self) -> dict[int, tuple[Any, ...]]:
        rows = self.query(
            "SELECT f.delivery_id, f.order_id, p.name, d.full_date, f.fee, f.note FROM dwh.fact_deliveries AS f"
            " JOIN dwh.dim_courier AS p USING (courier_key) JOIN dwh.dim_date AS d USING (date_key)"
            " JOIN dwh.dim_customer USING (customer_key)"
        )
        return {key: tuple(values) for key, *values in rows}

    def couriers(self) -> dict[int, tuple[Any, ...]]:
        statement = "SELECT courier_id, name, is_inferred, is_deleted FROM dwh.dim_courier WHERE courier_key <> 0"
        return {key: tuple(values) for key, *values in self.query(statement)}


@pytest.fixture
def declared_warehouse(declared_sql: None, dwh_database: sa.URL, warehouse: sa.Engine) -> sa.Engine:  # noqa: ARG001 - the files must be there
    """Bootstrapped with the two tables."""
    bootstrap_warehouse(sa.create_engine(dwh_database, poolclass=NullPool), catalog=WITH_DELIVERIES, today=date(2026, 11, 22))
    return warehouse


@pytest.fixture
def declared_shop(shop: sa.Engine, source: sa.Engine, declared_warehouse: sa.Engine, settings: Settings) -> Shop:
    """Loaded once."""
    run(shop, *SOURCE_TABLES, *ROWS)
    declared = Shop(shop, source, declared_warehouse, settings)
    declared.load()
    return declared


def counts(certificate: Certificate, table: str) -> tuple[int, int, int, int]:
    return next((count.merged, count.unchanged, count.excluded, count.removed) for count in certificate.tables if count.table == table)


def test_what_is_declared_is_released_and_certified(declared_shop: Shop) -> None:
    assert declared_shop.couriers() == {1: ("Ждун | Ко", False, False), 2: ("Меест", False, False), 9: ("(not loaded: 9)", True, False)}
    assert declared_shop.deliveries() == {
        1: (1, "Ждун | Ко", date(2026, 1, 6), Decimal("80.50"), "a|b"),
        2: (2, "(by post)", date(2026, 1, 7), Decimal("60.00"), None),
        3: (3, "(not loaded: 9)", date(2030, 2, 1), Decimal("0.00"), ""),
    }
    again = declared_shop.load(Mode.FULL)
    assert (counts(again, "couriers"), counts(again, "deliveries")) == ((0, 2, 0, 0), (0, 3, 0, 0))
    sums = {control.measure: control.released for control in again.sums if control.measure.startswith("fact_deliveries")}
    assert sums == {"fact_deliveries.deliveries": 3, "fact_deliveries.fee": Decimal("140.50")}


def test_what_changes_or_goes_follows_the_source(declared_shop: Shop) -> None:
    run(
        declared_shop.admin,
        "INSERT INTO couriers (courier_id, name) VALUES (9, 'Кур''єр')",
        "DELETE FROM deliveries WHERE delivery_id = 1",
        "UPDATE deliveries SET order_id = 3, fee = 61 WHERE delivery_id = 2",
        "UPDATE orders SET total_amount = total_amount, updated_at = now(6) WHERE order_id = 1",
    )
    certificate = declared_shop.load(allow_mass_delete=True)
    assert declared_shop.deliveries() == {
        2: (3, "(by post)", date(2026, 1, 7), Decimal("61.00"), None),
        3: (3, "Кур'єр", date(2030, 2, 1), Decimal("0.00"), ""),
    }
    assert counts(certificate, "deliveries")[3] > 0
    run(declared_shop.admin, "DELETE FROM couriers WHERE courier_id = 2")
    declared_shop.load(Mode.FULL, allow_mass_delete=True)
    assert declared_shop.couriers()[2] == ("Меест", False, True)


def test_a_declared_fact_is_held_with_its_order(declared_shop: Shop) -> None:
    with declared_shop.warehouse.begin() as connection:
        connection.exec_driver_sql("TRUNCATE stg.batch_rejects")
        connection.exec_driver_sql("INSERT INTO stg.batch_rejects VALUES ('order_items', '11', 'some.rule', 1, '{}')")
        sql.run(connection, "quarantine/hold_orders", held="held")
        held = connection.exec_driver_sql("SELECT row_key FROM stg.batch_rejects WHERE table_name = 'deliveries'").scalars().all()
    assert held == ["1"]


def test_what_is_declared_is_compared_and_repaired(declared_shop: Shop) -> None:
    run(declared_shop.admin, *(f"UPDATE {table} SET updated_at = '2026-01-05 12:00:00'" for table in ("couriers", "deliveries")))
    run(declared_shop.warehouse, "TRUNCATE dwh.source_state")  # knows the younger stamps
    equal = declared_shop.reconcile()
    tallies = {table.tally.target: (table.tally.source_rows, table.tally.warehouse_rows) for table in equal.found.tables}
    assert (equal.found.drift, tallies["dim_courier"], tallies["fact_deliveries"]) == ((), (2, 2), (3, 3))
    run(
        declared_shop.warehouse,
        "UPDATE dwh.dim_courier SET phone = NULL, region_key = 0 WHERE courier_id <= 2",
        "UPDATE dwh.fact_deliveries SET fee = 1, courier_key = 77, date_key = 20260101, note = '' WHERE delivery_id = 2",
        "DELETE FROM dwh.fact_deliveries WHERE delivery_id = 1",
    )
    run(declared_shop.admin, "DELETE FROM couriers WHERE courier_id = 2")
    done = declared_shop.reconcile(allow_mass_delete=True)
    assert {(found.compared.target, found.key): (found.kind.value, found.columns) for found in done.found.drift} == {
        ("dim_courier", 1): ("different", ("region_id",)),
        ("dim_courier", 2): ("extra", ()),
        ("fact_deliveries", 1): ("missing", ()),
        ("fact_deliveries", 2): ("different", ("courier_id", "delivered_at", "fee", "note")),
    }
    assert done.left is not None
    assert done.left.drift == ()
    assert declared_shop.couriers()[2] == ("Меест", False, True)


@pytest.mark.usefixtures("declared_sql")
def test_what_is_declared_is_in_the_data_dictionary() -> None:
    page = render_dictionary(DECLARED)
    for line in (
        "### dwh.dim_courier",
        "| `courier_key` | Surrogate key; 0 is the post |  | assigned by the release |",
        "| `name` | Name of the courier |  | couriers.name |",
        "### dwh.fact_deliveries",
        "| `courier_key` | Who delivered: dim_courier |  | dwh.dim_courier.courier_key |",
        "| `date_key` | Day of arrival: dim_date |  | deliveries.delivered_at, by dwh.dim_date |",
        "| `fee` | Price of the delivery, UAH |  | deliveries.fee |",
        "### stg.deliveries",
    ):
        assert line in page
